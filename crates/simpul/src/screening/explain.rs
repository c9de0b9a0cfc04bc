//! Verdicts in plain words, for those who may read them.

use askama::Template;
use simpul_rules::{Audience, Because, Catalogue, Explained, Join, Reason, Truth};

use super::model::capital;
use crate::cases::rules_lang;
use crate::platform::Lang;

/// One condition in words, with those it is made of.
#[derive(Template)]
#[template(path = "screening/templates/why.html")]
pub struct Why {
    pub words: String,
    pub parts: Vec<Why>,
}

/// What may be explained to whom, in which language.
pub struct Explainer<'a> {
    pub catalogue: &'a Catalogue,
    pub audience: Audience,
    pub lang: Lang,
}

impl Explainer<'_> {
    /// The explanation of a verdict. What this audience may not see is said in one line, without
    /// the fact, its limits or its value.
    pub fn why(&self, tree: &Explained) -> Why {
        match &tree.because {
            Because::Of { join, parts } => {
                let wanted = wanted(*join, tree.truth);
                let carries = |part: &&Explained| part.truth == wanted;
                let any = parts.iter().any(|part| part.truth == wanted);
                Why {
                    words: capital(tree.label.get(rules_lang(self.lang))),
                    parts: parts
                        .iter()
                        .filter(|part| !any || carries(part))
                        .map(|part| self.part(part))
                        .collect(),
                }
            }
            Because::Fact(_) => self.part(tree),
        }
    }

    fn part(&self, node: &Explained) -> Why {
        if self.hides(node) {
            let answer = node.truth.word(rules_lang(self.lang));
            return Why {
                words: self
                    .lang
                    .t1("screening-by-government-data", "answer", answer),
                parts: Vec::new(),
            };
        }
        match &node.because {
            Because::Of { .. } => self.why(node),
            Because::Fact(fact) => {
                let reason = Reason {
                    label: node.label.clone(),
                    truth: node.truth,
                    fact: fact.clone(),
                };
                Why {
                    words: self.catalogue.sentence(&reason, rules_lang(self.lang)),
                    parts: Vec::new(),
                }
            }
        }
    }

    /// Whether a condition, or one directly below it, rests on what this audience may not see:
    /// the words of the whole would tell.
    fn hides(&self, node: &Explained) -> bool {
        match &node.because {
            Because::Fact(fact) => self
                .catalogue
                .get(&fact.key)
                .is_none_or(|def| self.audience < def.see),
            Because::Of { parts, .. } => parts
                .iter()
                .any(|part| matches!(part.because, Because::Fact(_)) && self.hides(part)),
        }
    }
}

/// The answer of the parts that make a whole what it is; under `none` it counts the other way.
fn wanted(join: Join, truth: Truth) -> Truth {
    match (join, truth) {
        (Join::None, Truth::Yes) => Truth::No,
        (Join::None, Truth::No) => Truth::Yes,
        (_, truth) => truth,
    }
}
