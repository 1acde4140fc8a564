/// How the components of an InferenceService run.
package enum DeploymentMode: String, Sendable {
    /// Deployment, Service and HTTPRoute.
    case standard = "Standard"
    /// A Knative Service.
    case knative = "Knative"
    /// KServe's former multi-model mesh; named so that it can be refused.
    case modelMesh = "ModelMesh"

    /// Reads today's and former spellings.
    package init?(_ text: String) {
        switch text {
        case "Serverless": self = .knative
        case "RawDeployment": self = .standard
        default: self.init(rawValue: text)
        }
    }
}
