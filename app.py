"""The app: ``streamlit run app.py``."""

import streamlit as st

from sinae.ui import server

app = st.App(
    server.SCRIPT,
    lifespan=server.lifespan,
    routes=server.ROUTES,
    middleware=server.MIDDLEWARE,
)
