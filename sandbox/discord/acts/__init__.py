"""What people and bots can do to the world, each under Discord's rules."""
