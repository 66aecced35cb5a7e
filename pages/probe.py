"""The probe: one sine of the visitor's choice through the trained network."""

import streamlit as st

st.title("Probe")
