"""An Odoo database, played by a server that answers as its documentation says."""
