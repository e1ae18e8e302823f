"""For a product that is new and in no category: the established one whose name is most like its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from assistant.suggest.knowledge import NONE

ESTABLISHED = 10  # orders; with fewer a product is new
ALIKE = 0.5  # cosine of two names' words, each weighed by how rare it is
COMMON = 1_000  # established names; a word in more of them still counts, but finds nobody
NEAR = 0.5  # of `ALIKE`, what the words that find must reach before all words are compared
_AT_ONCE = 500  # new names


def lookalikes(
    names: Sequence[str], sold: NDArray[np.int64], category: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The places of new products without a category, ascending, and of each the place of its lookalike.

    `sold` says in how many orders each product was; what nothing is like is left out. Names are compared by
    their words (TF-IDF, cosine); of equals the one sold most is taken.
    """
    none = np.zeros(0, dtype=np.int32)
    new = np.flatnonzero((sold < ESTABLISHED) & (category == NONE))
    old = np.flatnonzero(sold >= ESTABLISHED)
    if not len(new) or not len(old):
        return none, none
    old = old[np.argsort(-sold[old], kind="stable")]
    try:
        words = _words([names[place] for place in np.concatenate([new, old]).tolist()])
    except ValueError:  # not one name has a word
        return none, none
    fresh, known = words[: len(new)], words[len(new) :]
    finding = _rare(known)
    found = np.concatenate(
        [
            _most_alike(fresh[start : start + _AT_ONCE], known, finding)
            for start in range(0, len(new), _AT_ONCE)
        ]
    )
    some = found != NONE
    return new[some].astype(np.int32), old[found[some]].astype(np.int32)


def _words(names: Sequence[str]) -> csr_matrix:
    """Names × words, each row of length 1; ValueError where there are no words."""
    return TfidfVectorizer(token_pattern=r"\w{2,}", sublinear_tf=True, dtype=np.float32).fit_transform(names)


def _rare(known: csr_matrix) -> csc_matrix:
    """Words × names, without the words that so many names have that they would compare all with all."""
    frequent = np.bincount(known.indices, minlength=known.shape[1]) > COMMON
    kept = known.copy()
    kept.data[frequent[kept.indices]] = 0
    kept.eliminate_zeros()
    return kept.T.tocsc()


def _most_alike(fresh: csr_matrix, known: csr_matrix, finding: csc_matrix) -> NDArray[np.int64]:
    """For each new name the row of `known` that is most like it, the first of equals; -1 where none is."""
    near = (fresh @ finding).tocoo()
    enough = near.data >= NEAR * ALIKE
    row, column = near.row[enough], near.col[enough]
    cosine = np.asarray(fresh[row].multiply(known[column]).sum(axis=1)).ravel()
    alike = cosine >= ALIKE
    row, column, cosine = row[alike], column[alike], cosine[alike]
    # Rounded, as the same words in another order would otherwise differ in the last digit.
    order = np.lexsort((column, -np.round(cosine, 5), row))
    rows, first = np.unique(row[order], return_index=True)
    found = np.full(fresh.shape[0], NONE, dtype=np.int64)
    found[rows] = column[order][first]
    return found
