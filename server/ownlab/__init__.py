"""OwnLab: Google Colab on hardware you own."""

__version__ = "0.1.0"
