import Prediction

/// What builds the body of one model: its element, what it can see, and what it answers.
struct ModelBuilder {
    enum Function: String {
        case regression, classification, clustering, mixed, timeSeries, sequences, associationRules
    }

    let builder: Builder
    let element: XMLElement
    let scope: Scope
    let function: Function
    let target: TargetRule
    let expressions: ExpressionBuilder
    let predicates: PredicateBuilder

    init(_ builder: Builder, _ element: XMLElement, _ scope: Scope, _ function: Function, _ target: TargetRule) {
        self.builder = builder
        self.element = element
        self.scope = scope
        self.function = function
        self.target = target
        expressions = ExpressionBuilder(builder, scope)
        predicates = PredicateBuilder(builder, scope)
    }

    /// What a kind of model is made of.
    struct Parts {
        var body: any ModelBody
        var keys = KeyList()
        var entities: [Int32] = []

        init(_ body: any ModelBody, keys: [Value] = [], entities: [Int32] = []) {
            self.body = body
            self.keys = KeyList(keys)
            self.entities = entities
        }
    }

    /// Kinds of models that are read.
    static let elements: Set<String> = [
        "TreeModel", "RegressionModel", "GeneralRegressionModel", "MiningModel", "Scorecard", "NeuralNetwork",
        "ClusteringModel", "NaiveBayesModel", "SupportVectorMachineModel", "NearestNeighborModel", "RuleSetModel",
    ]
    /// Kinds of models that are known and refused by name.
    static let refused: Set<String> = [
        "AssociationModel", "AnomalyDetectionModel", "BaselineModel", "BayesianNetworkModel", "GaussianProcessModel",
        "SequenceModel", "TextModel", "TimeSeriesModel",
    ]

    func parts() throws(ModelDefect) -> Parts {
        switch element.name {
        case "TreeModel": try tree()
        case "RegressionModel": try regression()
        case "GeneralRegressionModel": try generalRegression()
        case "MiningModel": try mining()
        case "Scorecard": try scorecard()
        case "NeuralNetwork": try neuralNetwork()
        case "ClusteringModel": try clustering()
        case "NaiveBayesModel": try naiveBayes()
        case "SupportVectorMachineModel": try supportVectorMachine()
        case "NearestNeighborModel": try nearestNeighbor()
        case "RuleSetModel": try ruleSet()
        default: throw element.unsupported(element.name)
        }
    }

    /// Whether numbers are kept in single precision.
    var isSingle: Bool { element.attribute("x-mathContext") == "float" }

    /// A class that an attribute names.
    func category(_ name: String, of element: XMLElement) throws(ModelDefect) -> Value {
        try builder.required(element.required(name), as: target.type.data, at: element)
    }

    /// Throws where the model is for another purpose than its kind can serve.
    func require(_ functions: Function...) throws(ModelDefect) {
        guard functions.contains(function) else {
            throw element.defect("functionName \(function.rawValue) is not supported")
        }
    }

    func slot(_ name: String, of element: XMLElement) throws(ModelDefect) -> Int32 {
        try scope.slot(element.required(name), at: element)
    }
}

/// Arithmetic of a model, in double or in single precision.
struct Precision: Sendable {
    let isSingle: Bool

    @inline(__always)
    func rounded(_ number: Double) -> Double { isSingle ? Double(Float(number)) : number }
}
