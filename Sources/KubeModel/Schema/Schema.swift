package import Base

/// The fields of a kind: where it came from does not matter once it is read.
package indirect enum Schema: Sendable {
    /// Anything goes (`x-kubernetes-preserve-unknown-fields`, RawExtension).
    case any
    /// A built-in message by its name in the message table: `core.Pod`, `apps.Deployment`.
    case message(String)

    /// Reads a CRD's `openAPIV3Schema`.
    package init(openAPI: JSON) { self = .any }
}

extension Schema {
    /// What decoding an object tells.
    package struct Decoded: Sendable {
        /// The object without unknown fields; without nulls where the kind is built in.
        package var value: JSON
        /// Paths of unknown fields, in the order of the object's text: `spec.template.spec.containers[0].imagee`.
        package var unknownFields: [String] = []
        /// The first value of a wrong type, as Kubernetes' decoder tells it; built-in kinds only.
        package var mismatch: String?
    }

    /// Takes out unknown fields and finds values of wrong types.
    package func decode(_ json: JSON) -> Decoded { Decoded(value: json) }

    /// Fills in the `default`s of a CRD.
    package func applyDefaults(to json: inout JSON) {}

    /// All faults of the values, types included, as a CRD's validation tells them.
    package func faults(in json: JSON) -> [FieldFault] { [] }
}
