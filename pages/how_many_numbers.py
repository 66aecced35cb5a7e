"""How many numbers does a sine need? One recipe, trained with bottlenecks of several sizes."""

import streamlit as st

from sinae.figures import measurements as measured_figures
from sinae.study.measurements import read
from sinae.ui import components
from sinae.ui.text import how_many_numbers as text

measured = read("bottlenecks")
st.title("How many numbers does a sine need?")
st.markdown(text.INTRODUCTION)
components.chart(measured_figures.bottleneck_figure(measured), key="bottlenecks")
st.markdown(text.THREE_NUMBERS)
st.caption(text.measured(measured))
