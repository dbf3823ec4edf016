"""All that is known of one site's coaching, on a page to print and to take along."""
