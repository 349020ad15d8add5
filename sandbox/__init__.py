"""The world without accounts: AliveAI and Discord on local sockets."""
