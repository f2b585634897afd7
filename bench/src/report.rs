//! Figures: one JSON line for each scenario on standard output, everything else on standard error.

use serde::Serialize;

/// Most times that a round is repeated because its two references differ too much.
const REPEATS: usize = 2;
/// How much they may differ.
const SPREAD: f64 = 2.0;

/// A scenario's figure.
#[derive(Serialize)]
struct Line<'a> {
    scenario: &'a str,
    value: f64,
    unit: &'a str,
    reference: Option<f64>,
    ratio: Option<f64>,
}

/// What one round gave: the reference, the desk, the reference again.
#[derive(Debug, Clone, Copy)]
pub struct Round {
    /// The desk's figure.
    pub desk: f64,
    /// The reference's figures, before and after.
    pub bare: [f64; 2],
}

impl Round {
    fn reference(self) -> f64 {
        self.bare.iter().sum::<f64>() / 2.0
    }

    fn ratio(self) -> f64 {
        self.desk / self.reference()
    }

    /// Whether both references agree within a factor of two.
    #[must_use]
    pub fn is_even(self) -> bool {
        let [low, high] = [self.bare[0].min(self.bare[1]), self.bare[0].max(self.bare[1])];
        high <= low * SPREAD
    }
}

/// Runs a round again while its references differ too much, and says so.
///
/// # Errors
/// What the round says.
pub fn even_round<T>(
    name: &str,
    mut round: impl FnMut() -> anyhow::Result<T>,
    judge: impl Fn(&T) -> bool,
) -> anyhow::Result<T> {
    let mut done = round()?;
    for repeat in 1..=REPEATS {
        if judge(&done) {
            return Ok(done);
        }
        eprintln!("{name}: the two references differ by more than {SPREAD}x; the round is repeated ({repeat})");
        done = round()?;
    }
    Ok(done)
}

/// The median.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => values[count / 2],
        count => f64::midpoint(values[count / 2 - 1], values[count / 2]),
    }
}

/// Tells a scenario's rounds: medians on standard output, the range on standard error.
pub fn rounds(scenario: &str, unit: &str, rounds: &[Round]) {
    let ratios: Vec<f64> = rounds.iter().map(|round| round.ratio()).collect();
    let range = ratios.iter().fold((f64::MAX, f64::MIN), |(low, high), ratio| {
        (low.min(*ratio), high.max(*ratio))
    });
    eprintln!(
        "{scenario}: ratio {:.3} (range {:.3} to {:.3}, {} rounds)",
        median(ratios.clone()),
        range.0,
        range.1,
        rounds.len()
    );
    let desk = median(rounds.iter().map(|round| round.desk).collect());
    let reference = median(rounds.iter().map(|round| round.reference()).collect());
    line(scenario, desk, unit, Some(reference), Some(median(ratios)));
}

/// Tells a figure that is compared with another one, which is no round's.
pub fn compared(scenario: &str, value: f64, unit: &str, reference: f64) {
    line(scenario, value, unit, Some(reference), Some(value / reference));
}

/// Tells a figure that stands alone.
pub fn alone(scenario: &str, value: f64, unit: &str) {
    line(scenario, value, unit, None, None);
}

fn line(scenario: &str, value: f64, unit: &str, reference: Option<f64>, ratio: Option<f64>) {
    let short = |value: f64| (value * 1000.0).round() / 1000.0;
    let line = Line {
        scenario,
        value: short(value),
        unit,
        reference: reference.map(short),
        ratio: ratio.map(short),
    };
    match serde_json::to_string(&line) {
        Ok(line) => println!("{line}"),
        Err(error) => eprintln!("{scenario} cannot be told: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A round's ratio is the desk's figure to the mean of its two references.
    #[test]
    fn ratios_are_of_one_round() {
        let round = Round {
            desk: 30.0,
            bare: [50.0, 70.0],
        };
        assert!((round.ratio() - 0.5).abs() < 1e-9);
        assert!(round.is_even());
        assert!(
            !Round {
                desk: 1.0,
                bare: [10.0, 21.0]
            }
            .is_even()
        );
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0]) - 2.5).abs() < 1e-9);
    }
}
