//! The module that comes when the reader first does something.

use std::collections::BTreeMap;

use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, FunctionSection,
    ImportSection, Module, TypeSection,
    reencode::{Error, Reencode},
};

use super::{cut::Cut, first, glue};

/// The rest: it imports everything from the first module, and fills its slots of the table.
pub(super) fn encode(cut: &Cut<'_>) -> Result<Vec<u8>, Error> {
    let numbers: BTreeMap<u32, u32> =
        cut.shared.iter().chain(&cut.late).copied().zip(0..).collect();
    let mut rest = Rest { numbers };
    let mut module = Module::new();
    module.section(&rest.types(cut)?).section(&rest.imports(cut)?);
    let mut functions = FunctionSection::new();
    for &function in &cut.late {
        functions.function(cut.whole.functions[function as usize]);
    }
    module.section(&functions).section(&rest.elements(cut)?);
    let mut code = CodeSection::new();
    for (function, body) in (cut.whole.imported..).zip(&cut.whole.bodies) {
        if cut.late.contains(&function) {
            rest.parse_function_body(&mut code, body.clone())?;
        }
    }
    let mut data = DataSection::new();
    for (start, bytes) in cut.data(true) {
        data.active(0, &ConstExpr::i32_const(start as i32), bytes);
    }
    module.section(&code).section(&data);
    Ok(module.finish())
}

struct Rest {
    /// The new number of each function that this module knows.
    numbers: BTreeMap<u32, u32>,
}

impl Rest {
    fn types(&mut self, cut: &Cut<'_>) -> Result<TypeSection, Error> {
        let mut types = TypeSection::new();
        for kind in &cut.whole.types {
            types.ty().func_type(&self.func_type(kind.clone())?);
        }
        Ok(types)
    }

    fn imports(&mut self, cut: &Cut<'_>) -> Result<ImportSection, Error> {
        let mut all: Vec<(String, EntityType)> = Vec::new();
        for (index, &memory) in (0..).zip(&cut.whole.memories) {
            all.push((Cut::name('m', index), self.memory_type(memory)?.into()));
        }
        for (index, table) in (0..).zip(first::table_types(self, cut)?) {
            all.push((Cut::name('t', index), table.into()));
        }
        for (index, &global) in (0..).zip(&cut.whole.globals) {
            all.push((Cut::name('g', index), self.global_type(global)?.into()));
        }
        for (place, &function) in (0..).zip(&cut.shared) {
            let kind = cut.whole.functions[function as usize];
            all.push((Cut::name('f', place), EntityType::Function(kind)));
        }
        let mut imports = ImportSection::new();
        for (name, kind) in all {
            imports.import(glue::MODULE, &name, kind);
        }
        Ok(imports)
    }

    /// One segment for each run of slots that follow each other.
    fn elements(&mut self, cut: &Cut<'_>) -> Result<ElementSection, Error> {
        let mut runs: Vec<(u32, Vec<u32>)> = Vec::new();
        for (slot, function) in cut.filled() {
            let function = self.function_index(function)?;
            match runs.last_mut() {
                Some((start, run)) if *start + run.len() as u32 == slot => run.push(function),
                _ => runs.push((slot, vec![function])),
            }
        }
        let mut elements = ElementSection::new();
        for (start, run) in runs {
            let offset = ConstExpr::i32_const(start as i32);
            elements.active(None, &offset, Elements::Functions(run.into()));
        }
        Ok(elements)
    }
}

impl Reencode for Rest {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        Ok(self.numbers.get(&function).copied().unwrap_or(function))
    }
}
