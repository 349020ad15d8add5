"""Records as the JSON that goes over the wire, as one viewer sees it."""
