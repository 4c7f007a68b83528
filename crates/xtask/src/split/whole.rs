//! What must be known of a module before it is changed.

use wasmparser::{
    BinaryReaderError, ConstExpr, DataKind, ElementItems, ElementKind, FuncType, FunctionBody,
    Operator, Parser, Payload, TableType, TypeRef,
};

/// A module as it was compiled.
#[derive(Debug)]
pub(super) struct Whole<'a> {
    pub(super) bytes: &'a [u8],
    /// Every function type, in the order of the type section.
    pub(super) types: Vec<FuncType>,
    /// The type of every function, those that are imported first.
    pub(super) functions: Vec<u32>,
    /// What the imported functions are called.
    pub(super) imports: Vec<&'a str>,
    /// How many of the functions are imported.
    pub(super) imported: u32,
    /// The code of each function of ours.
    pub(super) bodies: Vec<FunctionBody<'a>>,
    /// The functions that each function of ours mentions.
    pub(super) mentions: Vec<Vec<u32>>,
    /// The numbers in each function of ours that may be addresses.
    pub(super) addresses: Vec<Vec<u32>>,
    /// What lies in memory at the start.
    pub(super) data: Vec<Segment<'a>>,
    /// The functions that an export mentions, or a table of a kind that we do not look into.
    pub(super) roots: Vec<u32>,
    /// Where the first table holds a function at the start: slot and function.
    pub(super) slots: Vec<(u32, u32)>,
    pub(super) tables: Vec<TableType>,
    pub(super) globals: Vec<wasmparser::GlobalType>,
    pub(super) memories: Vec<wasmparser::MemoryType>,
}

/// Bytes that lie in memory at the start. The linker makes one of each constant.
#[derive(Debug)]
pub(super) struct Segment<'a> {
    pub(super) start: u32,
    pub(super) bytes: &'a [u8],
}

impl<'a> Whole<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, BinaryReaderError> {
        let mut whole = Self {
            bytes,
            types: Vec::new(),
            functions: Vec::new(),
            imports: Vec::new(),
            imported: 0,
            bodies: Vec::new(),
            mentions: Vec::new(),
            addresses: Vec::new(),
            data: Vec::new(),
            roots: Vec::new(),
            slots: Vec::new(),
            tables: Vec::new(),
            globals: Vec::new(),
            memories: Vec::new(),
        };
        for payload in Parser::new(0).parse_all(bytes) {
            whole.add(payload?)?;
        }
        Ok(whole)
    }

    fn add(&mut self, payload: Payload<'a>) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::TypeSection(section) => {
                for kind in section.into_iter_err_on_gc_types() {
                    self.types.push(kind?);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    // wasm-bindgen imports nothing but functions.
                    let import = import?;
                    if let TypeRef::Func(kind) = import.ty {
                        self.functions.push(kind);
                        self.imports.push(import.name);
                        self.imported += 1;
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for kind in section {
                    self.functions.push(kind?);
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    self.memories.push(memory?);
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.kind == wasmparser::ExternalKind::Func {
                        self.roots.push(export.index);
                    }
                }
            }
            Payload::StartSection { func, .. } => self.roots.push(func),
            Payload::ElementSection(section) => {
                for element in section {
                    self.add_element(&element?)?;
                }
            }
            Payload::CodeSectionEntry(body) => self.add_body(body)?,
            Payload::DataSection(section) => {
                for segment in section {
                    let segment = segment?;
                    if let DataKind::Active { memory_index: 0, offset_expr } = segment.kind
                        && let Some(start) = start(&offset_expr)?
                    {
                        self.data.push(Segment { start, bytes: segment.data });
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn add_body(&mut self, body: FunctionBody<'a>) -> Result<(), BinaryReaderError> {
        let (mut mentions, mut addresses) = (Vec::new(), Vec::new());
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::Call { function_index }
                | Operator::ReturnCall { function_index }
                | Operator::RefFunc { function_index } => mentions.push(function_index),
                Operator::I32Const { value } => addresses.push(value.cast_unsigned()),
                Operator::I32Load { memarg }
                | Operator::I32Load8S { memarg }
                | Operator::I32Load8U { memarg }
                | Operator::I32Load16S { memarg }
                | Operator::I32Load16U { memarg }
                | Operator::I64Load { memarg }
                | Operator::I64Load8S { memarg }
                | Operator::I64Load8U { memarg }
                | Operator::I64Load16S { memarg }
                | Operator::I64Load16U { memarg }
                | Operator::I64Load32S { memarg }
                | Operator::I64Load32U { memarg }
                | Operator::F32Load { memarg }
                | Operator::F64Load { memarg } => addresses.push(memarg.offset as u32),
                _ => {}
            }
        }
        self.mentions.push(mentions);
        self.addresses.push(addresses);
        self.bodies.push(body);
        Ok(())
    }

    fn add_element(&mut self, element: &wasmparser::Element<'a>) -> Result<(), BinaryReaderError> {
        let start = match &element.kind {
            ElementKind::Active { table_index: None | Some(0), offset_expr } => start(offset_expr)?,
            ElementKind::Active { .. } | ElementKind::Passive | ElementKind::Declared => None,
        };
        let mut functions = Vec::new();
        match element.items.clone() {
            ElementItems::Functions(items) => {
                for function in items {
                    functions.push(Some(function?));
                }
            }
            ElementItems::Expressions(_, items) => {
                for item in items {
                    functions.push(mentioned(&item?)?);
                }
            }
        }
        for (slot, function) in (start.unwrap_or(0)..).zip(&functions) {
            let Some(function) = *function else { continue };
            if start.is_some() {
                self.slots.push((slot, function));
            } else {
                self.roots.push(function);
            }
        }
        Ok(())
    }
}

/// The value of `i32.const`, which is how every compiler of ours places a segment.
fn start(offset: &ConstExpr<'_>) -> Result<Option<u32>, BinaryReaderError> {
    Ok(match offset.get_operators_reader().read()? {
        Operator::I32Const { value } => u32::try_from(value).ok(),
        _ => None,
    })
}

fn mentioned(item: &ConstExpr<'_>) -> Result<Option<u32>, BinaryReaderError> {
    Ok(match item.get_operators_reader().read()? {
        Operator::RefFunc { function_index } => Some(function_index),
        _ => None,
    })
}
