"""What a body may say: limits and forms of messages, components, commands and modals."""
