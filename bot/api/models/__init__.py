"""Request and reply models, one module for each section of the API's documentation."""
