import Base
package import KubeModel

/// A model that a multi-model service loads besides its others.
package struct TrainedModel: Sendable {
    package let object: KubeObject

    package init(_ object: KubeObject) { self.object = object }

    /// The first fault of a new model (`old` is nil) or of a change.
    func firstFault(replacing old: KubeObject?) -> String? {
        let isName = object.name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_")
        }
        guard isName, !object.name.isEmpty else {
            return "the Trained Model \"\(object.name)\" is invalid: a Trained Model name must consist of alphanumeric "
                + "characters, '_', or '-'. (e.g. \"my-Name\" or \"abc_123\", regex used for validation is "
                + "'[a-zA-Z0-9_-]+')"
        }
        let model = object.spec["model"]
        let uri = model["storageUri"].string ?? ""
        let prefixes = ["gs://", "s3://", "https://", "http://"]
        guard prefixes.contains(where: { uri.hasPrefix($0) && uri.utf8.count > $0.utf8.count }) else {
            return
                "the Trained Model \"\(object.name)\" storageUri field is invalid. The storage uri must start with one "
                + "of the prefixes: \(prefixes.joined(separator: ", ")). (the storage uri given is \"\(uri)\")"
        }
        if let old, !TrainedModel.isSameQuantity(old.spec["model"]["memory"], model["memory"]) {
            return "the Trained Model \"\(object.name)\" memory field is immutable. The memory was "
                + "\"\(old.spec["model"]["memory"].text)\" but it is updated to \"\(model["memory"].text)\""
        }
        return nil
    }

    private static func isSameQuantity(_ left: JSON, _ right: JSON) -> Bool {
        if let left = Quantity(left), let right = Quantity(right) { return left == right }
        return left == right
    }
}
