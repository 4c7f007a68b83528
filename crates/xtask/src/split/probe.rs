//! A copy of the module in which every function notes that it was called.

use wasm_encoder::{
    CodeSection, ConstExpr, ExportKind, ExportSection, GlobalSection, GlobalType, Module, ValType,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{CodeSectionReader, ExportSectionReader, GlobalSectionReader, Parser};

use super::whole::Whole;

/// The exported note of function `index` is named by this and the number.
pub(super) const NOTE: &str = "called ";

/// The module with one exported global per function of ours, 1 once it was called.
pub(super) fn noting(whole: &Whole<'_>) -> Result<Vec<u8>, Error> {
    let mut module = Module::new();
    Noting { whole }.parse_core_module(&mut module, Parser::new(0), whole.bytes)?;
    Ok(module.finish())
}

struct Noting<'a> {
    whole: &'a Whole<'a>,
}

impl Noting<'_> {
    fn first_note(&self) -> u32 {
        self.whole.globals.len() as u32
    }

    fn ours(&self) -> std::ops::Range<u32> {
        self.whole.imported..self.whole.functions.len() as u32
    }
}

impl Reencode for Noting<'_> {
    type Error = std::convert::Infallible;

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: GlobalSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_global_section(self, globals, section)?;
        for _ in self.ours() {
            let kind = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
            globals.global(kind, &ConstExpr::i32_const(0));
        }
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_export_section(self, exports, section)?;
        for (note, function) in (self.first_note()..).zip(self.ours()) {
            exports.export(&format!("{NOTE}{function}"), ExportKind::Global, note);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        for (note, body) in (self.first_note()..).zip(section) {
            let body = body?;
            let mut function = self.new_function_with_parsed_locals(&body)?;
            function.instructions().i32_const(1).global_set(note);
            let mut operators = body.get_operators_reader()?;
            while !operators.eof() {
                function.instruction(&self.parse_instruction(&mut operators)?);
            }
            code.function(&function);
        }
        Ok(())
    }
}
