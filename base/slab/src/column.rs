use std::sync::Arc;

const CHUNK: usize = 64;

/// What is known about entities whose slots somebody else gives: a chunked copy-on-write array, every slot of which holds
/// the default until it is written.
#[derive(Clone, Debug)]
pub struct Column<T> {
    chunks: Vec<Arc<[T; CHUNK]>>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T: Clone + Default> Column<T> {
    /// What is in a slot; `None` if no slot near it was ever written.
    pub fn get(&self, slot: u32) -> Option<&T> {
        let (chunk, at) = (slot as usize / CHUNK, slot as usize % CHUNK);
        Some(&self.chunks.get(chunk)?[at])
    }

    /// What is in a slot, for a change; copies its chunk if a snapshot still shares it.
    pub fn get_mut(&mut self, slot: u32) -> &mut T {
        let (chunk, at) = (slot as usize / CHUNK, slot as usize % CHUNK);
        while self.chunks.len() <= chunk {
            self.chunks.push(Arc::new(std::array::from_fn(|_| T::default())));
        }
        &mut Arc::make_mut(&mut self.chunks[chunk])[at]
    }

    /// Slots and what is in them, in order; those that were never written are among them.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        let all = self.chunks.iter().flat_map(|chunk| chunk.iter());
        (0..).zip(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_does_not_see_later_writes() {
        let mut column = Column::<u32>::default();
        *column.get_mut(70) = 7;
        let snapshot = column.clone();
        *column.get_mut(70) = 8;
        *column.get_mut(200) = 9;
        assert_eq!(
            (column.get(70), column.get(200), column.get(0)),
            (Some(&8), Some(&9), Some(&0))
        );
        assert_eq!((snapshot.get(70), snapshot.get(200)), (Some(&7), None));
        assert_eq!(
            column
                .iter()
                .filter(|(_, n)| **n > 0)
                .map(|(slot, _)| slot)
                .collect::<Vec<_>>(),
            [70, 200]
        );
    }
}
