//! The module that a first visit loads.

use std::collections::BTreeMap;

use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, ImportSection, Module, TableSection, TypeSection,
    ValType,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, DataSectionReader, ExportSectionReader,
    FunctionSectionReader, GlobalSectionReader, ImportSectionReader, Parser, TableSectionReader,
    TypeSectionReader,
};

use super::{cut::Cut, glue};

/// The first module.
pub(super) fn encode(cut: &Cut<'_>) -> Result<Vec<u8>, Error> {
    let imported = cut.whole.imported;
    // One import comes in front of our functions; late ones that nobody here mentions are gone.
    let here = (imported..cut.whole.functions.len() as u32)
        .filter(|f| !cut.late.contains(f) || cut.stubs.contains_key(f));
    let ours: BTreeMap<u32, u32> = here.zip(imported + 1..).collect();
    let mut module = Module::new();
    First { cut, ours }.parse_core_module(&mut module, Parser::new(0), cut.whole.bytes)?;
    Ok(module.finish())
}

struct First<'a> {
    cut: &'a Cut<'a>,
    /// The new number of each function of ours.
    ours: BTreeMap<u32, u32>,
}

impl First<'_> {
    /// The types that are added: of the import, and of the gate.
    fn new_types(&self) -> [u32; 2] {
        let next = self.cut.whole.types.len() as u32;
        [next, next + 1]
    }

    /// The function that every stub asks for its slot: it sees that the rest is there.
    fn gate(&self) -> u32 {
        self.cut.whole.imported + 1 + self.ours.len() as u32
    }

    /// The global that is 1 once the rest is there.
    fn is_whole(&self) -> u32 {
        self.cut.whole.globals.len() as u32
    }

    fn stub(&self, function: u32, slot: u32) -> Function {
        let kind = self.cut.whole.functions[function as usize];
        let mut stub = Function::new([]);
        let mut instructions = stub.instructions();
        for parameter in 0..self.cut.whole.types[kind as usize].params().len() as u32 {
            instructions.local_get(parameter);
        }
        instructions.i32_const(slot as i32).call(self.gate()).call_indirect(0, kind).end();
        stub
    }

    fn gate_body(&self) -> Function {
        let mut gate = Function::new([]);
        let mut instructions = gate.instructions();
        instructions.global_get(self.is_whole()).i32_eqz();
        instructions.if_(wasm_encoder::BlockType::Empty).call(self.cut.whole.imported).end();
        instructions.local_get(0).end();
        gate
    }
}

impl Reencode for First<'_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let here = self.ours.get(&function).copied();
        let is_import = function < self.cut.whole.imported;
        // A slot that waits for the rest has to hold something: a function that nobody calls there.
        Ok(here.unwrap_or_else(|| if is_import { function } else { self.gate() }))
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([], []);
        types.ty().function([ValType::I32], [ValType::I32]);
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error> {
        for (number, import) in section.into_imports().enumerate() {
            let import = import?;
            let kind = self.entity_type(import.ty)?;
            imports.import(import.module, &glue::short(number), kind);
        }
        imports.import(glue::MODULE, glue::FETCH, EntityType::Function(self.new_types()[0]));
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        _: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        for &function in self.ours.keys() {
            functions.function(self.cut.whole.functions[function as usize]);
        }
        functions.function(self.new_types()[1]);
        Ok(())
    }

    fn parse_table_section(
        &mut self,
        tables: &mut TableSection,
        _: TableSectionReader<'_>,
    ) -> Result<(), Error> {
        for table in table_types(self, self.cut)? {
            tables.table(table);
        }
        Ok(())
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: GlobalSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_global_section(self, globals, section)?;
        let kind = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(kind, &ConstExpr::i32_const(0));
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_export_section(self, exports, section)?;
        let whole = self.cut.whole;
        let mut all = |mark, kind, count: usize| {
            for index in 0..count as u32 {
                exports.export(&Cut::name(mark, index), kind, index);
            }
        };
        all('m', ExportKind::Memory, whole.memories.len());
        all('t', ExportKind::Table, whole.tables.len());
        all('g', ExportKind::Global, whole.globals.len());
        exports.export(glue::IS_WHOLE, ExportKind::Global, self.is_whole());
        for (place, &function) in (0..).zip(&self.cut.shared) {
            let index = self.function_index(function)?;
            exports.export(&Cut::name('f', place), ExportKind::Func, index);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        for (function, body) in (self.cut.whole.imported..).zip(section) {
            let body = body?;
            if !self.cut.late.contains(&function) {
                self.parse_function_body(code, body)?;
            } else if let Some(&slot) = self.cut.stubs.get(&function) {
                code.function(&self.stub(function, slot));
            }
        }
        code.function(&self.gate_body());
        Ok(())
    }

    fn data_count(&mut self, _: u32) -> Result<u32, Error> {
        Ok(self.cut.data(false).len() as u32)
    }

    fn parse_data_section(
        &mut self,
        data: &mut DataSection,
        _: DataSectionReader<'_>,
    ) -> Result<(), Error> {
        for (start, bytes) in self.cut.data(false) {
            data.active(0, &ConstExpr::i32_const(start as i32), bytes);
        }
        Ok(())
    }

    fn parse_custom_section(
        &mut self,
        _: &mut Module,
        _: CustomSectionReader<'_>,
    ) -> Result<(), Error> {
        // Names and notes of the tools: nobody reads them at run time.
        Ok(())
    }
}

/// The tables of both modules: the first has room for the slots that were added.
pub(super) fn table_types(
    encoder: &mut impl Reencode<Error = std::convert::Infallible>,
    cut: &Cut<'_>,
) -> Result<Vec<wasm_encoder::TableType>, Error> {
    let mut tables = Vec::new();
    for &table in &cut.whole.tables {
        tables.push(encoder.table_type(table)?);
    }
    if let Some(first) = tables.first_mut() {
        first.minimum = first.minimum.max(u64::from(cut.table_len));
        first.maximum = first.maximum.map(|maximum| maximum.max(first.minimum));
    }
    Ok(tables)
}
