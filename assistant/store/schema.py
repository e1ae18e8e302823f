"""What lies in the two files, as migrations; each is a function in a transaction, with a backup before it.

A released migration is never edited: a change is a new function at the end. The number of applied migrations
is the file's version (`PRAGMA user_version`), so that a start checks it without loading sqlite-utils.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.errors import StoreError
from assistant.store import keys
from assistant.store.database import Connection, DatabaseError, Home, alone, newer, open_file

if TYPE_CHECKING:
    from sqlite_utils import Database

Step = Callable[["Database"], None]


def catalog_first(db: Database) -> None:
    """The mirror of the shop: products, people, orders, baskets, links, and learned pairings."""
    _script(
        db,
        """
        CREATE TABLE products (
          product_id TEXT PRIMARY KEY, sku TEXT NOT NULL, name TEXT NOT NULL, category TEXT,
          price INTEGER, cost INTEGER, currency TEXT, active INTEGER NOT NULL DEFAULT 1, image TEXT,
          attributes TEXT, consumable INTEGER, regulated INTEGER NOT NULL DEFAULT 0,
          derived INTEGER NOT NULL DEFAULT 0  -- known only from order lines
        ) WITHOUT ROWID;
        CREATE INDEX products_sku ON products(sku COLLATE NOCASE);
        CREATE TABLE barcodes (
          barcode TEXT PRIMARY KEY, product_id TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX barcodes_product ON barcodes(product_id);
        CREATE TABLE stock (
          product_id TEXT NOT NULL, store_id TEXT NOT NULL DEFAULT '', quantity NUMERIC, stock_at INTEGER,
          PRIMARY KEY (product_id, store_id)
        ) WITHOUT ROWID;
        CREATE TABLE customers (
          customer_id TEXT PRIMARY KEY, name TEXT, email TEXT, phone TEXT, tier TEXT, since INTEGER,
          personal_suggestions INTEGER, contact INTEGER, note TEXT,
          derived INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        CREATE INDEX customers_phone ON customers(phone);
        CREATE TABLE associates (
          associate_id TEXT PRIMARY KEY, name TEXT NOT NULL, store_id TEXT, role TEXT,
          active INTEGER NOT NULL DEFAULT 1
        ) WITHOUT ROWID;
        CREATE TABLE stores (store_id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE orders (
          order_id TEXT PRIMARY KEY, customer_id TEXT, associate_id TEXT, store_id TEXT,
          ordered_at INTEGER, channel TEXT, basket_id TEXT, currency TEXT
        ) WITHOUT ROWID;
        CREATE INDEX orders_customer ON orders(customer_id, ordered_at);
        CREATE INDEX orders_basket ON orders(basket_id) WHERE basket_id IS NOT NULL;
        CREATE INDEX orders_time ON orders(ordered_at);
        CREATE INDEX orders_associate ON orders(associate_id, ordered_at);
        CREATE TABLE order_lines (
          order_id TEXT NOT NULL, line_no INTEGER NOT NULL, product_id TEXT NOT NULL,
          quantity NUMERIC NOT NULL,  -- weighed goods have fractions
          unit_price INTEGER, discount INTEGER, returned_quantity NUMERIC NOT NULL DEFAULT 0,
          PRIMARY KEY (order_id, line_no)
        ) WITHOUT ROWID;
        CREATE INDEX order_lines_product ON order_lines(product_id);
        CREATE INDEX order_lines_back ON order_lines(order_id) WHERE returned_quantity > 0;
        CREATE TABLE returns (
          return_id TEXT PRIMARY KEY, order_id TEXT, line_no INTEGER, product_id TEXT NOT NULL,
          customer_id TEXT, store_id TEXT, quantity NUMERIC NOT NULL, returned_at INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX returns_product ON returns(product_id);
        CREATE INDEX returns_order ON returns(order_id, line_no) WHERE order_id IS NOT NULL;
        CREATE TABLE changed_orders (  -- since the log last took up what was paid; noted once it has begun to
          number INTEGER PRIMARY KEY AUTOINCREMENT, order_id TEXT NOT NULL
        );
        CREATE TABLE baskets (
          basket_id TEXT PRIMARY KEY, customer_id TEXT, associate_id TEXT, store_id TEXT,
          updated_at INTEGER, currency TEXT
        ) WITHOUT ROWID;
        CREATE INDEX baskets_customer ON baskets(customer_id);
        CREATE TABLE basket_lines (
          basket_id TEXT NOT NULL, line_no INTEGER NOT NULL, product_id TEXT NOT NULL,
          quantity NUMERIC NOT NULL, unit_price INTEGER, discount INTEGER,
          PRIMARY KEY (basket_id, line_no)
        ) WITHOUT ROWID;
        CREATE TABLE links (
          product_id TEXT NOT NULL, linked_id TEXT NOT NULL, kind TEXT NOT NULL,
          PRIMARY KEY (product_id, linked_id, kind)
        ) WITHOUT ROWID;
        CREATE INDEX links_linked ON links(linked_id);
        CREATE TABLE kits (       -- a row for each product of a kit; `anchor`: it is offered with this one
          kit_id TEXT NOT NULL, product_id TEXT NOT NULL, anchor INTEGER NOT NULL DEFAULT 0, name TEXT,
          price INTEGER, currency TEXT, starts_at INTEGER, ends_at INTEGER,
          PRIMARY KEY (kit_id, product_id)
        ) WITHOUT ROWID;
        CREATE INDEX kits_product ON kits(product_id);
        CREATE TABLE pairings (
          anchor_id TEXT NOT NULL, product_id TEXT NOT NULL,
          n INTEGER NOT NULL,         -- orders with both
          base INTEGER NOT NULL,      -- orders with the anchor
          share REAL NOT NULL,        -- n / base
          lift REAL NOT NULL,         -- share / the add-on's share of all orders
          customers INTEGER NOT NULL, -- different buyers behind base; an order without a customer is one
          since INTEGER, until INTEGER,
          PRIMARY KEY (anchor_id, product_id)
        ) WITHOUT ROWID;
        CREATE INDEX pairings_product ON pairings(product_id);
        CREATE TABLE category_pairings (  -- whole paths; n orders with both, base with anything of the anchor
          anchor TEXT NOT NULL, category TEXT NOT NULL, n INTEGER NOT NULL, base INTEGER NOT NULL,
          share REAL NOT NULL, lift REAL NOT NULL, customers INTEGER NOT NULL,
          since INTEGER, until INTEGER,
          PRIMARY KEY (anchor, category)
        ) WITHOUT ROWID;
        CREATE TABLE purchases (  -- what regular customers buy, packed; always what the orders say
          customer_id TEXT PRIMARY KEY, told BLOB NOT NULL
        );
        CREATE TRIGGER purchases_order_new AFTER INSERT ON orders WHEN new.customer_id IS NOT NULL
          BEGIN DELETE FROM purchases WHERE customer_id = new.customer_id; END;
        CREATE TRIGGER purchases_order_other AFTER UPDATE OF order_id, customer_id, ordered_at ON orders
          BEGIN DELETE FROM purchases WHERE customer_id IN (old.customer_id, new.customer_id); END;
        CREATE TRIGGER purchases_order_gone AFTER DELETE ON orders
          BEGIN DELETE FROM purchases WHERE customer_id = old.customer_id; END;
        CREATE TRIGGER purchases_line_new AFTER INSERT ON order_lines
          WHEN EXISTS (SELECT 1 FROM purchases)  -- the first time all are new
          BEGIN DELETE FROM purchases WHERE customer_id =
            (SELECT customer_id FROM orders WHERE order_id = new.order_id); END;
        CREATE TRIGGER purchases_line_other AFTER UPDATE ON order_lines
          BEGIN DELETE FROM purchases WHERE customer_id IN
            (SELECT customer_id FROM orders WHERE order_id IN (old.order_id, new.order_id)); END;
        CREATE TRIGGER purchases_line_gone AFTER DELETE ON order_lines
          BEGIN DELETE FROM purchases WHERE customer_id =
            (SELECT customer_id FROM orders WHERE order_id = old.order_id); END;
        CREATE TABLE moved_orders (  -- that became another customer's: whose they were, and since when not
          order_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, heir TEXT NOT NULL, at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX moved_orders_customer ON moved_orders(customer_id);
        CREATE TRIGGER moved_order AFTER UPDATE OF customer_id ON orders
          WHEN old.customer_id <> new.customer_id BEGIN
            INSERT OR REPLACE INTO moved_orders
              VALUES (new.order_id, old.customer_id, new.customer_id, unixepoch() * 1000); END;
        CREATE TRIGGER changed_order_new AFTER INSERT ON orders
          WHEN EXISTS (SELECT 1 FROM sync_state WHERE key = 'receipts')
          BEGIN INSERT INTO changed_orders (order_id) VALUES (new.order_id); END;
        CREATE TRIGGER changed_order_other AFTER UPDATE ON orders
          WHEN EXISTS (SELECT 1 FROM sync_state WHERE key = 'receipts')
          BEGIN INSERT INTO changed_orders (order_id) VALUES (new.order_id); END;
        CREATE TRIGGER changed_order_gone AFTER DELETE ON orders
          WHEN EXISTS (SELECT 1 FROM sync_state WHERE key = 'receipts')
          BEGIN INSERT INTO changed_orders (order_id) VALUES (old.order_id); END;
        CREATE TRIGGER changed_line_new AFTER INSERT ON order_lines
          WHEN EXISTS (SELECT 1 FROM sync_state WHERE key = 'receipts')
          BEGIN INSERT INTO changed_orders (order_id) VALUES (new.order_id); END;
        CREATE TRIGGER changed_line_other AFTER UPDATE ON order_lines
          WHEN EXISTS (SELECT 1 FROM sync_state WHERE key = 'receipts')
          BEGIN INSERT INTO changed_orders (order_id) VALUES (new.order_id); END;
        CREATE TRIGGER changed_line_gone AFTER DELETE ON order_lines
          WHEN EXISTS (SELECT 1 FROM sync_state WHERE key = 'receipts')
          BEGIN INSERT INTO changed_orders (order_id) VALUES (old.order_id); END;
        CREATE TABLE model (      -- the model in use; its scores lie in the file, its facts in pairings
          one INTEGER PRIMARY KEY CHECK (one = 1), model_id TEXT NOT NULL, file TEXT NOT NULL,
          trained_at INTEGER NOT NULL, orders INTEGER NOT NULL, since INTEGER, until INTEGER
        );
        CREATE TABLE case_mix (   -- learned effects in log-odds, by fold; see store.cases
          fold INTEGER NOT NULL, factor TEXT NOT NULL, level TEXT NOT NULL, effect REAL NOT NULL,
          PRIMARY KEY (fold, factor, level)
        ) WITHOUT ROWID;
        CREATE TABLE sources (    -- what was read of the shop's files, to know what changed
          name TEXT PRIMARY KEY, kind TEXT NOT NULL, fingerprint TEXT NOT NULL, rows INTEGER NOT NULL,
          read_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE sync_state (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
        CREATE TABLE indexed (  -- the row numbers of the search indexes
          row INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, UNIQUE (kind, id)
        );
        CREATE VIRTUAL TABLE product_words USING fts5(
          name, sku, category, content = '', contentless_delete = 1,
          tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
        );
        CREATE VIRTUAL TABLE customer_words USING fts5(
          name, email, content = '', contentless_delete = 1,
          tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3'
        );
        -- Three letters or digits anywhere. A table for each kind, as lists that all kinds share are long.
        CREATE VIRTUAL TABLE product_parts USING fts5(
          name, code, content = '', contentless_delete = 1, tokenize = "trigram remove_diacritics 1"
        );
        CREATE VIRTUAL TABLE customer_parts USING fts5(
          name, email, number, content = '', contentless_delete = 1, tokenize = "trigram remove_diacritics 1"
        );
        CREATE VIRTUAL TABLE phone_parts USING fts5(
          phone, content = '', contentless_delete = 1, tokenize = "trigram remove_diacritics 1"
        );
        CREATE VIRTUAL TABLE sale_parts USING fts5(
          basket, sale, content = '', contentless_delete = 1, tokenize = "trigram remove_diacritics 1"
        );
        CREATE TABLE phones (  -- as they begin, with the country and as at home; `row` as in `indexed`
          digits TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (digits, row)
        ) WITHOUT ROWID;
        CREATE INDEX phones_row ON phones(row);
        """,
    )


def log_first(db: Database) -> None:
    """What was shown, offered and answered, and what this terminal knows of itself."""
    _script(
        db,
        """
        CREATE TABLE preferences (key TEXT PRIMARY KEY, value TEXT NOT NULL, changed_at INTEGER NOT NULL)
          WITHOUT ROWID;
        CREATE TABLE secrets (  -- only where the system has no keyring; never in a plain copy
          name TEXT PRIMARY KEY, value TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE terminal (
          one INTEGER PRIMARY KEY CHECK (one = 1), terminal_id TEXT NOT NULL, sequence INTEGER NOT NULL
        );
        CREATE TABLE local_associates (  -- people the shop's own system does not know
          associate_id TEXT PRIMARY KEY, name TEXT NOT NULL, added_at INTEGER NOT NULL,
          gone INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        CREATE TABLE roles (  -- what a person may do here, as an administrator gave it
          associate_id TEXT PRIMARY KEY, role TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE pins (  -- a temporary one is good for choosing one's own
          associate_id TEXT PRIMARY KEY, hash TEXT NOT NULL, digits INTEGER NOT NULL,
          temporary INTEGER NOT NULL, set_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE pin_tries (  -- wrong ones in a row
          associate_id TEXT PRIMARY KEY, tries INTEGER NOT NULL, last_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE changes (  -- of settings and people; appended: taking one back is a change too
          change_id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, before TEXT, after TEXT,
          associate_id TEXT NOT NULL, at INTEGER NOT NULL, undoes TEXT
        );
        CREATE TABLE erased (  -- who was erased, as a keyed hash, so that no consent comes back from the shop
          customer TEXT PRIMARY KEY, at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE visits (
          visit_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, associate_id TEXT NOT NULL,
          store_id TEXT, customer_id TEXT, basket_id TEXT, touchpoint TEXT NOT NULL,
          started_at INTEGER NOT NULL, finished_at INTEGER, satisfaction INTEGER, note TEXT
        );
        CREATE INDEX visits_time ON visits(started_at);
        CREATE INDEX visits_unfinished ON visits(associate_id) WHERE finished_at IS NULL;
        CREATE INDEX visits_customer ON visits(customer_id, started_at);
        CREATE INDEX visits_basket ON visits(basket_id) WHERE basket_id IS NOT NULL;
        CREATE TABLE visit_anchors (
          visit_id TEXT NOT NULL REFERENCES visits, product_id TEXT NOT NULL,
          PRIMARY KEY (visit_id, product_id)
        ) WITHOUT ROWID;
        CREATE TABLE visit_lines (  -- what was scanned here and is not on the till's own basket
          visit_id TEXT NOT NULL REFERENCES visits, product_id TEXT NOT NULL, quantity NUMERIC NOT NULL,
          PRIMARY KEY (visit_id, product_id)
        ) WITHOUT ROWID;
        CREATE TABLE visit_steps (  -- parked, taken_up, handed_over, no_offers, offers_again; appended
          step_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE,
          visit_id TEXT NOT NULL REFERENCES visits, kind TEXT NOT NULL, associate_id TEXT NOT NULL,
          from_id TEXT, at INTEGER NOT NULL  -- from_id: whose visit it was before it was handed over
        );
        CREATE INDEX visit_steps_visit ON visit_steps(visit_id, sequence);
        CREATE TABLE holdout_key (  -- the shop's own; drawn once, in no copy that is not encrypted
          one INTEGER PRIMARY KEY CHECK (one = 1), key BLOB NOT NULL
        );
        CREATE TABLE holdout_draws (  -- of visits begun while a share was held out; never drawn again
          visit_id TEXT PRIMARY KEY REFERENCES visits, sequence INTEGER NOT NULL UNIQUE,
          unit TEXT NOT NULL,     -- customer or visit
          share INTEGER NOT NULL, -- in per cent, as it was then
          held INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE withheld (  -- what a held-out visit would have been shown
          withheld_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE,
          visit_id TEXT NOT NULL REFERENCES visits, slot INTEGER NOT NULL, product_id TEXT NOT NULL,
          anchor_id TEXT, score REAL NOT NULL, model_id TEXT, at INTEGER NOT NULL,
          UNIQUE (visit_id, product_id)
        ) WITHOUT ROWID;
        CREATE TABLE targets (  -- appended: the last one of a figure and store holds; no rate takes it back
          target_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, figure TEXT NOT NULL, store_id TEXT,
          rate REAL, associate_id TEXT NOT NULL, at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE initiatives (  -- appended: the last word on each holds; gone = 1 takes it back
          word_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, initiative_id TEXT NOT NULL,
          name TEXT NOT NULL, began TEXT NOT NULL, stores TEXT NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
          associate_id TEXT NOT NULL, at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE suggestions (
          suggestion_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE,
          visit_id TEXT NOT NULL REFERENCES visits, slot INTEGER NOT NULL, product_id TEXT NOT NULL,
          anchor_id TEXT, score REAL NOT NULL, parts TEXT NOT NULL, propensity REAL NOT NULL,
          model_id TEXT, candidates_hash TEXT NOT NULL, talking_point_id TEXT NOT NULL,
          price INTEGER, currency TEXT, shown_at INTEGER NOT NULL
        );
        CREATE INDEX suggestions_visit ON suggestions(visit_id);
        CREATE INDEX suggestions_pair ON suggestions(product_id, anchor_id);
        CREATE TABLE draws (  -- how what was shown was drawn; all of it can be computed again from this
          draw_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE,
          visit_id TEXT NOT NULL REFERENCES visits, model_id TEXT, seed TEXT NOT NULL,
          temperature REAL NOT NULL, floor REAL NOT NULL, factor REAL NOT NULL, places INTEGER NOT NULL,
          above TEXT NOT NULL, among TEXT NOT NULL, slots TEXT NOT NULL, at INTEGER NOT NULL
        );
        CREATE INDEX draws_visit ON draws(visit_id, sequence);
        CREATE TABLE answers (  -- appended, never changed: an undo is an answer too
          answer_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE,
          suggestion_id TEXT NOT NULL REFERENCES suggestions, visit_id TEXT NOT NULL REFERENCES visits,
          associate_id TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT, until INTEGER, at INTEGER NOT NULL
        );
        CREATE INDEX answers_suggestion ON answers(suggestion_id, sequence, kind, reason, associate_id);
        CREATE INDEX answers_accepted ON answers(suggestion_id, sequence) WHERE kind = 'accepted';
        CREATE INDEX answers_visit ON answers(visit_id);
        CREATE INDEX answers_later ON answers(until) WHERE kind = 'later';
        CREATE VIEW current_answers AS  -- the last word on each suggestion; an undone answer is none
          SELECT * FROM (
            SELECT *, row_number() OVER (PARTITION BY suggestion_id ORDER BY sequence DESC) AS latest
            FROM answers
          ) WHERE latest = 1 AND kind <> 'undone';
        CREATE TABLE kit_offers (  -- one answer to a kit; what it says of each item lies in answers
          kit_offer_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE,
          visit_id TEXT NOT NULL REFERENCES visits, kit_id TEXT NOT NULL, kind TEXT NOT NULL,
          price INTEGER, separately INTEGER, currency TEXT, talking_point_id TEXT NOT NULL,
          at INTEGER NOT NULL
        );
        CREATE INDEX kit_offers_visit ON kit_offers(visit_id, sequence);
        CREATE TABLE kit_answers (  -- the answers given to a kit; marked: what was shown for it only
          answer_id TEXT PRIMARY KEY REFERENCES answers, kit_offer_id TEXT NOT NULL REFERENCES kit_offers,
          suggestion_id TEXT NOT NULL REFERENCES suggestions, shown_for_it INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX kit_answers_offer ON kit_answers(kit_offer_id);
        CREATE INDEX kit_answers_suggestion ON kit_answers(suggestion_id);
        CREATE TABLE models (  -- every model that was learned, and from what
          number INTEGER PRIMARY KEY, learned_at INTEGER NOT NULL, learned TEXT NOT NULL
        );
        CREATE TABLE model_steps (  -- appended: learned, judged, installed, counted, rolled_back and so on
          n INTEGER PRIMARY KEY, step_id TEXT NOT NULL UNIQUE,
          number INTEGER NOT NULL REFERENCES models, step TEXT NOT NULL, model_id TEXT, reason TEXT,
          associate_id TEXT NOT NULL, at INTEGER NOT NULL, verdict TEXT
        );
        CREATE INDEX model_steps_file ON model_steps(model_id) WHERE model_id IS NOT NULL;
        CREATE TABLE outbox (
          sequence INTEGER PRIMARY KEY, record TEXT NOT NULL, record_id TEXT NOT NULL,
          created_at INTEGER NOT NULL, sent_at INTEGER
        );
        CREATE INDEX outbox_waiting ON outbox(sequence) WHERE sent_at IS NULL;
        CREATE TABLE basket_writes (  -- what answers do to open baskets of a shop that takes lines
          answer_id TEXT PRIMARY KEY REFERENCES answers, sequence INTEGER NOT NULL UNIQUE,
          basket_id TEXT NOT NULL, product_id TEXT NOT NULL, change INTEGER NOT NULL,
          wanted NUMERIC,        -- how many it then should be; kept before the shop is told
          there NUMERIC,         -- how many it was, read back
          state TEXT NOT NULL,   -- waiting, written, partly, refused, taken_back
          why TEXT, tries INTEGER NOT NULL DEFAULT 0, at INTEGER NOT NULL
        );
        CREATE INDEX basket_writes_waiting ON basket_writes(sequence) WHERE state = 'waiting';
        CREATE INDEX basket_writes_basket ON basket_writes(basket_id, product_id);
        CREATE TABLE consents (  -- what a customer asked for here; the last word wins over the mirror
          consent_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, customer_id TEXT NOT NULL,
          kind TEXT NOT NULL, given INTEGER NOT NULL, associate_id TEXT NOT NULL, at INTEGER NOT NULL
        );
        CREATE INDEX consents_customer ON consents(customer_id, kind, sequence);
        CREATE TABLE follow_ups (  -- what was promised; later answers are read where they lie
          follow_up_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, kind TEXT NOT NULL,
          customer_id TEXT NOT NULL, associate_id TEXT NOT NULL, store_id TEXT, product_id TEXT,
          visit_id TEXT, due INTEGER NOT NULL, channel TEXT, day_part TEXT, note TEXT,
          created_at INTEGER NOT NULL
        );
        CREATE INDEX follow_ups_due ON follow_ups(due);
        CREATE INDEX follow_ups_customer ON follow_ups(customer_id);
        CREATE TABLE follow_up_steps (  -- appended, never changed: taking one back is a step too
          step_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, follow_up_id TEXT NOT NULL,
          customer_id TEXT NOT NULL, associate_id TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT,
          due INTEGER, channel TEXT, undoes TEXT, at INTEGER NOT NULL
        );
        CREATE INDEX follow_up_steps_of ON follow_up_steps(follow_up_id, sequence);
        CREATE INDEX follow_up_steps_customer ON follow_up_steps(customer_id, at);
        CREATE INDEX follow_up_steps_undone ON follow_up_steps(undoes) WHERE undoes IS NOT NULL;
        CREATE TABLE calls (  -- what a visit on the phone was about
          visit_id TEXT PRIMARY KEY REFERENCES visits, sequence INTEGER NOT NULL UNIQUE, reason TEXT NOT NULL,
          number TEXT, order_id TEXT
        );
        CREATE TABLE call_steps (  -- appended: the last word on each step of the agenda holds
          sequence INTEGER PRIMARY KEY, visit_id TEXT NOT NULL REFERENCES visits, reason TEXT NOT NULL,
          step INTEGER NOT NULL, words TEXT, done INTEGER NOT NULL, at INTEGER NOT NULL
        );
        CREATE INDEX call_steps_visit ON call_steps(visit_id, sequence);
        CREATE TABLE call_outcomes (  -- of calls that made no offer; appended, undone is an outcome too
          outcome_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE,
          visit_id TEXT NOT NULL REFERENCES visits, associate_id TEXT NOT NULL, kind TEXT NOT NULL,
          until INTEGER, follow_up_id TEXT, at INTEGER NOT NULL
        );
        CREATE TABLE said_owned (  -- what a customer said they have; appended: owns = 0 takes it back
          said_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, customer_id TEXT NOT NULL,
          product_id TEXT NOT NULL, suggestion_id TEXT NOT NULL, associate_id TEXT NOT NULL,
          owns INTEGER NOT NULL, at INTEGER NOT NULL
        );
        CREATE INDEX said_owned_customer ON said_owned(customer_id);
        CREATE INDEX said_owned_suggestion ON said_owned(suggestion_id, sequence);
        CREATE TABLE pairing_words (  -- proposals, vetoes, checks, decisions; appended: the last word holds
          word_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, anchor_id TEXT NOT NULL,
          product_id TEXT NOT NULL, kind TEXT NOT NULL, suggestion_id TEXT, associate_id TEXT NOT NULL,
          at INTEGER NOT NULL, undoes TEXT  -- the word that is taken back by this one
        );
        CREATE INDEX pairing_words_undone ON pairing_words(undoes) WHERE undoes IS NOT NULL;
        CREATE INDEX pairing_words_pair ON pairing_words(anchor_id, product_id, sequence);
        CREATE INDEX pairing_words_suggestion ON pairing_words(suggestion_id, sequence)
          WHERE suggestion_id IS NOT NULL;
        CREATE INDEX call_outcomes_visit ON call_outcomes(visit_id, sequence);
        CREATE TABLE asked_for (  -- and not to be had; without a product: in words
          asked_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, product_id TEXT, words TEXT,
          visit_id TEXT, store_id TEXT, customer_id TEXT, associate_id TEXT NOT NULL, at INTEGER NOT NULL
        );
        CREATE INDEX asked_for_time ON asked_for(at);
        CREATE TABLE receipts (  -- what was paid, as the shop last told it; stays when the mirror forgets
          n INTEGER PRIMARY KEY, order_id TEXT NOT NULL UNIQUE, customer_id TEXT, associate_id TEXT,
          store_id TEXT, paid_at INTEGER, basket_id TEXT, currency TEXT,
          judged INTEGER NOT NULL,  -- by what went with what when it was first counted; 0 = not known then
          able INTEGER NOT NULL,    -- has an anchor
          paired INTEGER NOT NULL   -- has an anchor and what goes with it
        );
        CREATE INDEX receipts_time ON receipts(paid_at);
        CREATE INDEX receipts_customer ON receipts(customer_id, paid_at) WHERE customer_id IS NOT NULL;
        CREATE INDEX receipts_basket ON receipts(basket_id) WHERE basket_id IS NOT NULL;
        CREATE INDEX receipts_unjudged ON receipts(n) WHERE NOT judged;
        CREATE TABLE receipt_lines (
          n INTEGER NOT NULL REFERENCES receipts, line_no INTEGER NOT NULL, product_id TEXT NOT NULL,
          quantity NUMERIC NOT NULL, back NUMERIC NOT NULL,
          in_window NUMERIC NOT NULL,  -- of what came back: within the days a thing may be brought back
          net INTEGER,                 -- for what was kept, less discount; unknown without a price
          cost INTEGER,                -- of one, when it was first counted
          anchor INTEGER NOT NULL,
          PRIMARY KEY (n, line_no)
        ) WITHOUT ROWID;
        CREATE TABLE came_back (  -- a customer's receipt, and a later one with what goes with it
          n INTEGER NOT NULL, later_n INTEGER NOT NULL, PRIMARY KEY (n, later_n)
        ) WITHOUT ROWID;
        CREATE INDEX came_back_later ON came_back(later_n);
        CREATE TABLE outcomes (  -- what came of each accepted offer
          suggestion_id TEXT PRIMARY KEY REFERENCES suggestions, sequence INTEGER NOT NULL UNIQUE,
          visit_id TEXT NOT NULL, product_id TEXT NOT NULL, state TEXT NOT NULL, why TEXT,
          n INTEGER, line_no INTEGER,
          due INTEGER,  -- when its window is over, and so what is said of it may be another
          pinned INTEGER NOT NULL DEFAULT 0  -- found before its customer was erased: stays where it is
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX outcomes_line ON outcomes(n, line_no) WHERE n IS NOT NULL;
        CREATE INDEX outcomes_product ON outcomes(product_id, n);
        CREATE INDEX outcomes_visit ON outcomes(visit_id);
        CREATE INDEX outcomes_due ON outcomes(due) WHERE due IS NOT NULL;
        CREATE TABLE counted_products (  -- as they were first counted
          product_id TEXT PRIMARY KEY, name TEXT NOT NULL, family TEXT
        ) WITHOUT ROWID;
        CREATE TABLE crossed_products (product_id TEXT PRIMARY KEY) WITHOUT ROWID;  -- sold on an offer
        CREATE TABLE counting (key TEXT PRIMARY KEY, value) WITHOUT ROWID;  -- how far, and by which settings
        CREATE TABLE open_products (product_id TEXT PRIMARY KEY) WITHOUT ROWID;  -- to be matched anew
        CREATE TABLE open_days (day INTEGER PRIMARY KEY);                        -- to be summed anew
        CREATE TABLE day_takings (  -- sums of closed days, of a person in a place
          day INTEGER NOT NULL, associate_id TEXT, store_id TEXT, touchpoint TEXT, currency TEXT,
          orders, anchored, attached, kept_attached, able, paired, able_known, came_back, units,
          anchor_units, attached_units, kept_units, priced, net, crossed_net, crossed_units, crossed_back,
          other_units, other_back, with_orders, with_priced, with_net, with_units, without_orders,
          without_priced, without_net, without_units
        );
        CREATE INDEX day_takings_day ON day_takings(day);
        CREATE TABLE day_offers (
          day INTEGER NOT NULL, associate_id TEXT, store_id TEXT, touchpoint TEXT, shown, offered, accepted,
          declined, later, confirmed, kept
        );
        CREATE INDEX day_offers_day ON day_offers(day);
        CREATE TABLE day_visits (
          day INTEGER NOT NULL, associate_id TEXT, store_id TEXT, touchpoint TEXT, currency TEXT, visits,
          rated, pleased, score, minutes, margin
        );
        CREATE INDEX day_visits_day ON day_visits(day);
        CREATE TABLE day_reasons (
          day INTEGER NOT NULL, associate_id TEXT, store_id TEXT, touchpoint TEXT, reason TEXT, declined
        );
        CREATE INDEX day_reasons_day ON day_reasons(day);
        CREATE TABLE day_customers (  -- a known customer who was offered something; `bought` any of it
          day INTEGER NOT NULL, associate_id TEXT, store_id TEXT, touchpoint TEXT,
          customer_id TEXT NOT NULL, bought INTEGER NOT NULL
        );
        CREATE INDEX day_customers_day ON day_customers(day);
        CREATE TABLE day_cases (  -- sales with an anchor by what kind of sale each was
          day INTEGER NOT NULL, associate_id TEXT, store_id TEXT, touchpoint TEXT, hour, family TEXT, band,
          sales, attached
        );
        CREATE INDEX day_cases_day ON day_cases(day);
        """,
    )


def log_written(db: Database) -> None:
    """What managers write: for the counter, in versions, and to questions about the record."""
    _script(
        db,
        """
        CREATE TABLE contents (  -- appended: the newest of each key holds; one without content says nothing
          version_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, kind TEXT NOT NULL,
          key TEXT NOT NULL, version INTEGER NOT NULL, content TEXT, title TEXT NOT NULL, note TEXT NOT NULL,
          associate_id TEXT NOT NULL, at INTEGER NOT NULL
        );
        CREATE INDEX contents_key ON contents(kind, key, version);
        CREATE TABLE replies (  -- to questions about the record; appended: opened and undone are words too
          reply_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL UNIQUE, kind TEXT NOT NULL,
          about TEXT NOT NULL, said TEXT NOT NULL, rows TEXT NOT NULL,  -- visits, with offers
          associate_id TEXT NOT NULL, at INTEGER NOT NULL, undoes TEXT  -- the word that this takes back
        ) WITHOUT ROWID;
        CREATE INDEX replies_undone ON replies(undoes) WHERE undoes IS NOT NULL;
        CREATE INDEX replies_about ON replies(about, sequence);
        """,
    )


def log_expected(db: Database) -> None:
    """What the case mix expects of each person's day, kept: of kinds of sale there may be a million."""
    _script(
        db,
        """
        CREATE TABLE day_expected (
          day INTEGER NOT NULL, associate_id TEXT, store_id TEXT, touchpoint TEXT, sales, attached, expected,
          spread
        );
        CREATE INDEX day_expected_day ON day_expected(day);
        """,
    )


def log_given(db: Database) -> None:
    """Pairings that were written into the shop's own link fields: coming back they are none of its words."""
    _script(
        db,
        """
        CREATE TABLE given_links (
          product_id TEXT NOT NULL, linked_id TEXT NOT NULL, associate_id TEXT, at INTEGER NOT NULL,
          PRIMARY KEY (product_id, linked_id)
        ) WITHOUT ROWID;
        """,
    )


CATALOG: Sequence[Step] = (catalog_first,)
LOG: Sequence[Step] = (log_first, log_written, log_expected, log_given)


def prepare(home: Home) -> bytes | None:
    """Make a home ready: its folder, its key, both files at the newest version.

    Returns the new key at the very first run (show its recovery key once), else None. Raises NewerFileError
    for a file from a newer version, KeyMissingError where files are there and their key is not.
    """
    home.make()
    with alone(home):
        new_key = None
        if not home.log.exists() and not home.catalog.exists() and keys.kept_in(home) == "nowhere":
            new_key = keys.create(home)
        key = keys.read(home)
        bring_up(home, home.catalog, key, "catalog", CATALOG)
        bring_up(home, home.log, key, "log", LOG)
    return new_key


def is_ready(home: Home) -> bool:
    """Whether both files are there at this program's version; cheap, for a start."""
    if not home.log.exists() or not home.catalog.exists():
        return False
    key = keys.read(home)
    for path, steps in ((home.log, LOG), (home.catalog, CATALOG)):
        connection = open_file(path, key)
        try:
            found = _version(connection, "main")
        finally:
            connection.close()
        if found > len(steps):
            raise newer(path, found, len(steps))
        if found < len(steps):
            return False
    return True


def check_version(connection: Connection, file: Literal["main", "catalog"], steps: Sequence[Step]) -> None:
    """Refuse a file that is newer or not yet brought up. Raises NewerFileError or StoreError."""
    found = _version(connection, file)
    if found == len(steps):
        return
    path = next(Path(row[2]) for row in connection.execute("PRAGMA database_list") if row[1] == file)
    connection.close()
    if found > len(steps):
        raise newer(path, found, len(steps))
    raise StoreError(f"{path.name} was written by an older version; `assistant doctor` brings it up to date.")


def _version(connection: Connection, file: Literal["main", "catalog"]) -> int:
    (found,) = connection.execute(f"PRAGMA {file}.user_version").fetchone()
    return int(found)


def bring_up(
    home: Home, path: Path, key: bytes, name: str, steps: Sequence[Step], *, copy_aside: bool = True
) -> None:
    """Apply the steps a file has not had yet, each after a copy of the file went to the backups folder."""
    connection = open_file(path, key, create=True)
    try:
        found = _version(connection, "main")
        if found > len(steps):
            raise newer(path, found, len(steps))
        if found == len(steps):
            return
        from sqlite_utils import Database, Migrations

        for number in range(found + 1, len(steps) + 1):
            if found and copy_aside:  # a file that is made now has nothing to lose
                _copy_aside(home, connection, key, f"{name}-before-{number}.db")
            db = Database(connection, recursive_triggers=False)
            migrations = Migrations(name)
            for step in steps[:number]:
                migrations(name=step.__name__)(step)
            migrations.apply(db)
            # Before the version: a file killed in between is taken up here again.
            _first_rows(connection, name)
            connection.execute(f"PRAGMA user_version = {number}")
    except DatabaseError as problem:
        raise StoreError(f"{path.name} could not be brought up to date ({problem}).") from problem
    finally:
        connection.close()


def _copy_aside(home: Home, connection: Connection, key: bytes, name: str) -> None:
    home.backups.mkdir(mode=0o700, exist_ok=True)
    target = home.backups / name
    target.unlink(missing_ok=True)
    copy = open_file(target, key, create=True)
    try:
        connection.backup(copy)
    finally:
        copy.close()


def _first_rows(connection: Connection, name: str) -> None:
    if name != "log":
        return
    from uuid_utils import uuid7

    connection.execute("INSERT OR IGNORE INTO terminal VALUES (1, ?, 0)", (str(uuid7()),))


def _script(db: Database, sql: str) -> None:
    # One statement at a time: executescript would commit the migration's transaction first.
    statement = ""
    for line in sql.splitlines():
        statement += line.split("--")[0].rstrip() + "\n"
        if statement.rstrip().endswith(";"):
            db.execute(statement)
            statement = ""
