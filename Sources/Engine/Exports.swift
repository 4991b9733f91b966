// What a program over the engine also sees: the words, the facts, the decisions, and how files come in and reports go out.
@_exported import Actions
@_exported import Domain
@_exported import Executors
@_exported import Forecasting
@_exported import Formats
@_exported import Intake
@_exported import Inventory
@_exported import Store
