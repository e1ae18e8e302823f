"""The card that a customer takes along: a product, its price and the terms on A6; nothing of the customer."""
