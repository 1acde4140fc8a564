/// What is known of a model: the format of its file, who wrote it, what it is made of, what it takes and gives.
package struct ModelDescription: Equatable, Sendable {
    /// Name of the format.
    package let format: String
    /// The library that wrote the model.
    package let library: String
    /// The version of the library, where the file tells it.
    package let version: String?
    /// What the model is made of.
    package let estimator: EstimatorOutline

    package init(format: String, library: String, version: String?, estimator: EstimatorOutline) {
        self.format = format
        self.library = library
        self.version = version
        self.estimator = estimator
    }
}

/// A part of a model, with the parts that it is made of.
package struct EstimatorOutline: Equatable, Sendable {
    /// What it is called where it stands, like a step of a pipeline; empty at the top.
    package let name: String
    /// Its class, as its library calls it.
    package let type: String
    /// Its parameters, spelt as the library spells them.
    package let parameters: [Parameter]
    /// What it is made of.
    package let parts: [EstimatorOutline]

    /// A parameter of an estimator.
    package struct Parameter: Equatable, Sendable {
        /// What it is called.
        package let name: String
        /// Its value, as its library spells it.
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(
        name: String = "",
        type: String,
        parameters: [Parameter] = [],
        parts: [EstimatorOutline] = []
    ) {
        self.name = name
        self.type = type
        self.parameters = parameters
        self.parts = parts
    }
}
