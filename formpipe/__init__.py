"""From filled Word and PDF forms to integration plans and Jobcenter briefings."""

__version__ = "0.1.0"
