"""The app: ``streamlit run app.py``."""

import streamlit as st

from sinae.ui import server

server.end_where_a_setting_is_wrong()
app = st.App(
    server.SCRIPT,
    lifespan=server.lifespan,
    routes=server.ROUTES,
    middleware=server.MIDDLEWARE,
)
