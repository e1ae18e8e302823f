"""A WooCommerce shop, played by a server that answers as its documentation says."""
