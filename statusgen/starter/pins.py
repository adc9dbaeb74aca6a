"""What CI runs of others, each by the commit of a release."""

ACTIONS = {
    "CHECKOUT": "08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0",
    "SETUP_PYTHON": "e797f83bcb11b83ae66e0230d6156d7c80228e7c # v6.0.0",
    "UPLOAD_ARTIFACT": "b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0",
    "DOWNLOAD_ARTIFACT": "37930b1c2abaa49bbe596cd826c3c89aef350131 # v7.0.0",
    "UPLOAD_PAGES": "fc324d3547104276b827a68afc52ff2a11cc49c9 # v5.0.0",
    "DEPLOY_PAGES": "cd2ce8fcbc39b97be8ca5fce6e763baed58fa128 # v5.0.0",
}
"""By the placeholders of the templates: of actions/checkout, actions/setup-python and so on."""
