"""What a browser needs to open the site without a network: manifest, service worker, and a page for the rest."""
