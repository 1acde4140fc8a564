import Base
package import KubeModel

/// The public host names and paths of a service, from the platform's templates.
package enum DomainName {
    /// Renders the domain template for `name`, an InferenceService or one of its components.
    package static func render(
        _ name: String,
        of owner: KubeObject,
        domain: String,
        template: String
    ) throws(TemplateDefect) -> String {
        let data: JSON = [
            "Name": .string(name), "Namespace": .string(owner.namespace ?? ""), "IngressDomain": .string(domain),
            "Labels": JSON(owner.labels), "Annotations": JSON(owner.annotations),
        ]
        let host = try GoTemplate(template).render(data)
        if let fault = fault(of: host) { throw TemplateDefect(what: "invalid domain name \"\(host)\": \(fault)") }
        return host
    }

    /// Renders the path template; without one there is no path.
    package static func renderPath(of owner: KubeObject, template: String) throws(TemplateDefect) -> String {
        guard !template.isEmpty else { return "" }
        let data: JSON = ["Name": .string(owner.name), "Namespace": .string(owner.namespace ?? "")]
        let path = try GoTemplate(template).render(data)
        guard path.hasPrefix("/") || path == "*" else { throw TemplateDefect(what: "invalid url path \"\(path)\"") }
        if path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw TemplateDefect(what: "invalid url path: it has a control character")
        }
        let untilQuery = path.prefix { $0 != "?" }
        guard let decoded = percentDecoded(untilQuery) else {
            throw TemplateDefect(what: "invalid url path \"\(path)\": bad escape")
        }
        return decoded
    }

    /// Why a text is not a fully qualified domain name, as Kubernetes checks them; nil where it is.
    private static func fault(of host: String) -> String? {
        let name = host.hasSuffix(".") ? host.dropLast() : Substring(host)
        if host.isEmpty { return "required value" }
        if name.utf8.count > 253 { return "must be no more than 253 characters" }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy(isLabel) else {
            return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
                + "and must start and end with an alphanumeric character"
        }
        if labels.count < 2 { return "should be a domain with at least two segments separated by dots" }
        if labels.contains(where: { $0.utf8.count > 63 }) { return "a segment must be no more than 63 characters" }
        return nil
    }

    private static func isLabel(_ label: Substring) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard let first = label.utf8.first, let last = label.utf8.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
