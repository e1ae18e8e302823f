"""Bringing a live shop's data into the mirror, a page and its place in one transaction: a sync that is
killed goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from assistant.errors import ShopError
from assistant.records import Progress
from assistant.shop import giving, leaving, looking_back, returns
from assistant.shop.asides import REFUSED, Asides
from assistant.shop.connector import ORDER, Aside, Connector, Entity, Page, Pair
from assistant.shop.result import SyncResult
from assistant.store import arrivals, given, mirror
from assistant.store.database import (
    Connection,
    Home,
    open_catalog,
    open_home,
    stamp,
    transaction,
)
from assistant.store.things import Colleague, Goods, Person, Place, Sale, Thing, Tie

OVERLAP = timedelta(seconds=10)
"""Looked at twice: a shop's stamps have whole seconds, and a row may become visible after its stamp."""

EVERY: Mapping[Entity, timedelta] = {
    "stores": timedelta(minutes=10),
    "associates": timedelta(minutes=10),
    "products": timedelta(minutes=1),
    "customers": timedelta(minutes=1),
    "links": timedelta(minutes=10),
    "sales": timedelta(0),
}
"""How long what is not the open baskets may wait while a watch goes on."""

SWEEP_EVERY = timedelta(hours=1)
OLD_BASKETS_EVERY = timedelta(minutes=5)
_STILL_WARM = timedelta(hours=1)  # since a basket last changed: it is looked at every time

_KINDS: Mapping[Entity, type[Thing]] = {
    "stores": Place,
    "associates": Colleague,
    "products": Goods,
    "customers": Person,
    "links": Tie,
    "sales": Sale,
}


class Pull:
    """Pulls from one live shop, once or again and again."""

    def __init__(self, home: Home, connector: Connector) -> None:
        self._home, self._connector = home, connector

    def run(self, progress: Progress, *, due_only: bool = False) -> SyncResult:
        """Bring what is new; `due_only`: what was looked at a moment ago waits, except sales.

        Raises ShopError; what came until then stays, and the next run goes on from there.
        """
        began = time.monotonic()
        with contextlib.closing(open_catalog(self._home)) as catalog:
            run = _Run(catalog, self._home, self._connector, progress)
            with contextlib.closing(run.asides):
                run.all(due_only=due_only)
        return run.result(time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class _PlaceInRun:
    """Where an entity's pages are: the shop's time at the first, since when, after what, how many things."""

    began: int
    since: int | None
    after: str | None = None
    done: int = 0


class _Run:
    def __init__(self, catalog: Connection, home: Home, connector: Connector, say: Progress) -> None:
        self._catalog, self._home = catalog, home
        self._connector, self._say = connector, say
        self._loaded: Counter[str] = Counter()
        self._changed = 0
        self.asides = Asides(catalog, home)
        self._ours = frozenset[Pair]()
        if connector.can.write_links:
            with contextlib.closing(open_home(home)) as log:
                self._ours = given.pairs(log)
        self._seen: set[str] = set()  # sales of this run

    def all(self, *, due_only: bool) -> None:
        leaving.follow(self._catalog, self._home)
        if mirror.expects_another_shop(self._catalog):
            with transaction(self._catalog):
                mirror.empty(self._catalog)
        for entity in ORDER:
            if entity in self._connector.can.deltas and not (due_only and self._is_fresh(entity)):
                self._pull(entity)
        self._look_at_known_baskets(
            all_of_them=not due_only or self._is_due("old_baskets", OLD_BASKETS_EVERY)
        )
        if self._connector.can.silent_returns:
            if not due_only:
                self._look_back(looking_back.LOTS)
            elif self._is_due("looked_back", looking_back.EVERY):
                self._look_back(1)
        if not due_only or self._is_due("swept", SWEEP_EVERY):
            self._sweep()
        with transaction(self._catalog):
            mirror.put_synced(self._catalog, datetime.now(UTC))

    def _pull(self, entity: Entity) -> None:
        """One entity: from where an unfinished run stopped, else what changed since the last."""
        place = self._place_of(entity) or self._beginning(entity)
        since = None if place.since is None else datetime.fromtimestamp(place.since / 1_000, UTC)
        page: Page | None = self._connector.page(entity, since, place.after)
        with ThreadPoolExecutor(1, "next page") as fetching:
            while page is not None:
                following = page.following
                # The shop makes the next page ready while this one is written.
                ahead = None
                if following is not None:
                    ahead = fetching.submit(self._connector.page, entity, since, following)
                place = replace(place, after=following, done=place.done + len(page.things))
                self._take(entity, page, place)
                self._say(entity, place.done, page.total)
                page = ahead.result() if ahead else None

    def _take(self, entity: Entity, page: Page, place: _PlaceInRun) -> None:
        """Write one page with its place, or after the last one that all was seen."""
        with self._page():
            things = self._put(entity, page.things)
            self._settle(things)
            if page.following is None:
                arrivals.remember(self._catalog, f"{entity}.place", None)
                arrivals.remember(self._catalog, f"{entity}.since", str(place.began))
                arrivals.remember(self._catalog, f"{entity}.looked", str(stamp(datetime.now(UTC))))
                if place.since is None:
                    arrivals.remember(self._catalog, f"{entity}.whole", str(stamp(datetime.now(UTC))))
            else:
                arrivals.remember(self._catalog, f"{entity}.place", json.dumps(asdict(place)))
        self._count(entity, things)

    def _put(self, entity: Entity, told: Sequence[Thing | Aside]) -> list[Thing]:
        things, changed = self.asides.put(entity, giving.without(told, self._ours) if self._ours else told)
        self._changed += changed
        return things

    def _settle(self, things: Sequence[Thing]) -> None:
        """What came back on a sale of its own is matched with the sale it undoes, as far as that is known."""
        read = returns.of_sales(thing for thing in things if isinstance(thing, Sale))
        if read:
            self._changed += returns.settle(self._catalog, read, complete=False)[2]

    def _beginning(self, entity: Entity) -> _PlaceInRun:
        since = self._moment(f"{entity}.since")
        every = self._connector.can.whole_every.get(entity)
        by_time = self._connector.can.deltas[entity] == "changed"
        if every is not None and self._is_due(f"{entity}.whole", every):
            by_time = False
        began = self._connector.now()
        if since is None or not by_time or since - OVERLAP > began:  # the shop's clock was put back
            return _PlaceInRun(stamp(began) or 0, None)
        return _PlaceInRun(stamp(began) or 0, stamp(since - OVERLAP))

    def _look_at_known_baskets(self, *, all_of_them: bool) -> None:
        """A basket that is paid or thrown away may not say so by its time of change."""
        if not self._connector.can.open_baskets:
            return
        after = None if all_of_them else datetime.now(UTC) - _STILL_WARM
        known = [b for b in arrivals.open_baskets(self._catalog, after) if b not in self._seen]
        if known:
            found = self._connector.sales(known)
            there = {one.id if isinstance(one, Aside) else one.sale_id for one in found}
            gone = set() if "" in there else set(known) - there  # a nameless one may be any of them
            with self._page():
                self._put("sales", [*found, *(Sale(basket, "gone") for basket in sorted(gone))])
        if all_of_them:
            self._note_time("old_baskets")

    def _look_back(self, lots: int) -> None:
        """Look at some of the sold orders again."""
        for number in range(1, lots + 1):
            lot = looking_back.next_lot(self._catalog)
            asked = [order_id for _, order_id in lot if order_id not in self._seen]
            found = self._connector.sales(asked) if asked else ()
            with self._page():
                self._put("sales", found)
                more = looking_back.note(self._catalog, lot)
            self._say("returns", number, lots)
            if not more:
                break
        self._note_time("looked_back")

    def _sweep(self) -> None:
        """Rows that vanished from the shop go here too; a customer's own record with them."""
        for entity in ("stores", "associates", "products", "customers"):
            if entity not in self._connector.can.deltas:
                continue
            kept: set[str] = set()
            after: str | None = None
            while True:
                ids, after = self._connector.ids(entity, after)
                kept.update(ids)
                if after is None:
                    break
            if self._is_doubtful(entity, kept):
                continue
            heirs = self._heirs(kept) if entity == "customers" else {}
            with self._page():
                arrivals.make_one(self._catalog, heirs)
                gone = arrivals.remove_vanished(self._catalog, _KINDS[entity], kept)
                leaving.note(self._catalog, {one: heirs.get(one) for one in gone})
            leaving.follow(self._catalog, self._home)
        self._note_time("swept")

    def _heirs(self, kept: Collection[str]) -> Mapping[str, str]:
        """With whom the shop made those one that vanished, where it says so and still has that one."""
        gone = sorted(arrivals.known(self._catalog, Person) - set(kept))
        told = self._connector.heirs(gone) if gone else {}
        return {one: heir for one, heir in told.items() if heir in kept}

    def _is_doubtful(self, entity: Entity, kept: set[str]) -> bool:
        """Whether so much vanished at once that the shop may only have answered badly; twice is believed."""
        known = arrivals.known(self._catalog, _KINDS[entity])
        gone = len(known - kept)
        doubted = arrivals.remembered(self._catalog, f"{entity}.doubted")
        doubtful = leaving.is_much(gone, len(known)) and doubted != str(gone)
        if doubtful or doubted is not None:
            with transaction(self._catalog):
                arrivals.remember(self._catalog, f"{entity}.doubted", str(gone) if doubtful else None)
        return doubtful

    @contextlib.contextmanager
    def _page(self) -> Iterator[None]:
        """One page, its place and what search finds of it: all on disk or nothing."""
        try:
            with transaction(self._catalog):
                mirror.watch(self._catalog)
                yield
                mirror.refresh_search(self._catalog)
        except REFUSED as problem:
            raise ShopError(
                "The shop sent something without an id, or a number or text that cannot be; "
                "that page was left out, what came before it is kept."
            ) from problem

    def _count(self, entity: Entity, things: Sequence[Thing]) -> None:
        if entity != "sales":
            self._loaded[entity] += len(things)
            return
        for sale in things:
            if isinstance(sale, Sale):
                self._seen.add(sale.sale_id)
                self._loaded["baskets" if sale.state == "open" else "orders"] += sale.state != "gone"

    def _place_of(self, entity: Entity) -> _PlaceInRun | None:
        said = arrivals.remembered(self._catalog, f"{entity}.place")
        return None if said is None else _PlaceInRun(**json.loads(said))

    def _is_fresh(self, entity: Entity) -> bool:
        if self._place_of(entity) is not None or not EVERY[entity]:
            return False
        return not self._is_due(f"{entity}.looked", EVERY[entity])

    def _is_due(self, name: str, every: timedelta) -> bool:
        last = self._moment(name)
        # What was noted for later than now was noted by a clock that was wrong.
        return last is None or not timedelta() <= datetime.now(UTC) - last < every

    def _moment(self, name: str) -> datetime | None:
        said = arrivals.remembered(self._catalog, name)
        return None if said is None else datetime.fromtimestamp(int(said) / 1_000, UTC)

    def _note_time(self, name: str) -> None:
        with transaction(self._catalog):
            arrivals.remember(self._catalog, name, str(stamp(datetime.now(UTC))))

    def result(self, seconds: float) -> SyncResult:
        """What came of the run."""
        return SyncResult(
            loaded=dict(self._loaded),
            rejected=self.asides.count,
            rejects=self.asides.path,
            unwritten=self.asides.unwritten,
            seconds=seconds,
            changed={"rows": self._changed} if self._changed else {},
        )
