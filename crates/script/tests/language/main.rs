//! The language: what is printed reads back as it was, what is wrong is said in a sentence, and
//! nothing that anybody types breaks the reader.

mod errors;
mod help;
mod hostile;
mod make;
mod round_trip;
