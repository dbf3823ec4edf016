"""Rows of the Medexis evaluation: products, the two grains of record, stock-outs, orders, and what is assumed."""

from research.medexis.models.assumptions import VaccineAssumption
from research.medexis.models.cards import CardLine, Lot, MovementReason, StockCard
from research.medexis.models.files import StockFile
from research.medexis.models.orders import OrderLine, StockOrder
from research.medexis.models.products import Offer, Product, ProductCode, ProductUse, StockNorm
from research.medexis.models.publications import StockPublication
from research.medexis.models.reports import StockLine, StockReport
from research.medexis.models.stock_outs import StockOut, StockOutEpisode

__all__ = [
    "CardLine",
    "Lot",
    "MovementReason",
    "Offer",
    "OrderLine",
    "Product",
    "ProductCode",
    "ProductUse",
    "StockCard",
    "StockFile",
    "StockLine",
    "StockNorm",
    "StockOrder",
    "StockOut",
    "StockOutEpisode",
    "StockPublication",
    "StockReport",
    "VaccineAssumption",
]
