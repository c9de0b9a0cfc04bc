//! Values as sequences of words, each sequence kept once, all of them in one piece of memory.

use hashbrown::HashTable;

use crate::words::mix;

/// The distinct values of a column by number; 0 is the value without words.
pub(crate) struct Values {
    words: Vec<u32>,
    /// Where each value ends in `words`.
    ends: Vec<u32>,
    counts: Vec<u32>,
    signs: Vec<u32>,
    ids: HashTable<u32>,
}

impl Default for Values {
    fn default() -> Self {
        let mut values = Self {
            words: Vec::new(),
            ends: Vec::new(),
            counts: Vec::new(),
            signs: Vec::new(),
            ids: HashTable::new(),
        };
        values.number(&[], || 0);
        values
    }
}

impl Values {
    /// The number of a value; `signs` is asked for the letters of a new one.
    pub fn number(&mut self, words: &[u32], signs: impl FnOnce() -> u32) -> u32 {
        let same = |id: &u32| of(&self.words, &self.ends, *id as usize) == words;
        if let Some(id) = self.ids.find(hash(words), same) {
            return *id;
        }
        let id = self.ends.len() as u32;
        self.words.extend_from_slice(words);
        self.ends.push(self.words.len() as u32);
        self.counts.push(0);
        self.signs.push(signs());
        let (all, ends) = (&self.words, &self.ends);
        let rehash = |id: &u32| hash(of(all, ends, *id as usize));
        self.ids.insert_unique(hash(words), id, rehash);
        id
    }

    pub fn words(&self, id: usize) -> &[u32] {
        of(&self.words, &self.ends, id)
    }

    pub fn signs(&self, id: usize) -> u32 {
        self.signs[id]
    }

    /// Records with a value.
    pub fn count(&self, id: usize) -> u32 {
        self.counts[id]
    }

    pub fn count_mut(&mut self, id: usize) -> &mut u32 {
        &mut self.counts[id]
    }

    /// How often each value occurs, the empty one left out.
    pub fn counts(&self) -> &[u32] {
        &self.counts[1..]
    }
}

fn of<'w>(words: &'w [u32], ends: &[u32], id: usize) -> &'w [u32] {
    let from = if id == 0 { 0 } else { ends[id - 1] as usize };
    &words[from..ends[id] as usize]
}

fn hash(words: &[u32]) -> u64 {
    let hash = words
        .iter()
        .fold(0, |hash, word| mix(hash ^ u64::from(*word)));
    // Behind the last word: a sequence and its beginning differ.
    mix(hash ^ words.len() as u64)
}
