"""What ``bot.screen`` is made of: folding, terms, ages. Import ``bot.screen`` instead."""
