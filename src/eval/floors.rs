//! Floors: figures that must not fall below a value, so that a change that harms the judge is noticed.

use std::{collections::BTreeMap, fmt, path::Path};

use serde::Serialize;

use super::{EvalError, figures::Figures, read_text};

/// So far below a floor is not below it.
const ROUNDING: f64 = 1e-9;

/// The least value of each figure, by path.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Floors(pub BTreeMap<String, f64>);

/// A floor that is not reached.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Breach {
    /// The figure's path.
    pub path: String,
    /// Its floor.
    pub least: f64,
    /// What was measured; none where nothing was.
    pub measured: Option<f64>,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.measured {
            Some(measured) => write!(
                f,
                "{} is {measured:.3}, below its floor of {:.3}",
                self.path, self.least
            ),
            None => write!(f, "{} was not measured; its floor is {:.3}", self.path, self.least),
        }
    }
}

impl Floors {
    /// Reads a TOML file: tables as in the report, or whole paths in quotes.
    pub fn read(path: &Path) -> Result<Floors, EvalError> {
        let form = |reason: String| EvalError::Form {
            path: path.to_path_buf(),
            reason,
        };
        let table: toml::Table = read_text(path)?
            .parse()
            .map_err(|error: toml::de::Error| form(error.to_string()))?;
        let mut floors = Floors::default();
        floors.collect("", &table).map_err(form)?;
        Ok(floors)
    }

    fn collect(&mut self, parent: &str, table: &toml::Table) -> Result<(), String> {
        for (name, value) in table {
            let path = if parent.is_empty() {
                name.clone()
            } else {
                format!("{parent}.{name}")
            };
            let least = match value {
                toml::Value::Table(table) => {
                    self.collect(&path, table)?;
                    continue;
                }
                toml::Value::Float(least) => *least,
                toml::Value::Integer(least) => *least as f64,
                _ => return Err(format!("{path} is no number")),
            };
            self.0.insert(path, least);
        }
        Ok(())
    }

    /// The floors that are not reached, by path.
    #[must_use]
    pub fn breaches(&self, figures: &Figures) -> Vec<Breach> {
        self.0
            .iter()
            .map(|(path, least)| Breach {
                path: path.clone(),
                least: *least,
                measured: figures.numbers.get(path).copied(),
            })
            .filter(|breach| {
                breach
                    .measured
                    .is_none_or(|measured| measured + ROUNDING < breach.least)
            })
            .collect()
    }
}
