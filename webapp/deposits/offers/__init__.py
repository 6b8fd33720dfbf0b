"""What deposits are taken for: offers as staff make them and as cars' pages show them."""
