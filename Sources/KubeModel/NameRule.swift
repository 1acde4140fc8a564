/// What names, label keys and label values may look like, with Kubernetes' own words for what is wrong.
package enum NameRule: Sendable {
    /// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`: namespaces, containers.
    case dns1123Label
    /// Labels joined by dots: most kinds.
    case dns1123Subdomain
    /// A label that starts with a letter: Services.
    case dns1035Label
    /// `*.` before a subdomain: hosts of an Ingress.
    case wildcardSubdomain
    /// A label's key: a name, and perhaps a prefix before a slash.
    case qualifiedName
    /// A label's value.
    case labelValue
    /// A key of a ConfigMap or a Secret.
    case configMapKey
    /// The name of an environment variable.
    case environmentVariable
    /// The name of a container's port.
    case portName
    /// The name of a header in a probe.
    case httpHeader
    /// `25%`
    case percent
    /// RBAC names and others that only become path segments.
    case pathSegment

    /// All that is wrong with a text; empty where it is fine.
    package func faults(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        switch self {
        case .dns1123Label:
            let words = bytes.isSubdomain ? "must not contain dots" : NameWords.label
            return faults(bytes, max: 63, unless: bytes.isLabel, words)
        case .dns1123Subdomain: return faults(bytes, max: 253, unless: bytes.isSubdomain, NameWords.subdomain)
        case .dns1035Label: return faults(bytes, max: 63, unless: bytes.isLabelWithLetter, NameWords.letterLabel)
        case .wildcardSubdomain:
            let fits = bytes.starts(with: "*.".utf8) && bytes.dropFirst(2).isSubdomain
            return faults(bytes, max: 253, unless: fits, NameWords.wildcard)
        case .qualifiedName: return qualifiedFaults(text)
        case .labelValue:
            let fits = bytes.isEmpty || bytes.isName
            return faults(bytes, max: 63, "bytes", unless: fits, NameWords.labelValue)
        case .configMapKey:
            let fits = !bytes.isEmpty && bytes.allSatisfy { $0.isAlphanumeric || $0.isOne(of: "-._") }
            return faults(bytes, max: 253, unless: fits, NameWords.configMapKey) + directoryFaults(text)
        case .environmentVariable: return environmentFaults(bytes)
        case .portName: return portFaults(bytes)
        case .httpHeader:
            let fits = !bytes.isEmpty && bytes.allSatisfy { $0.isAlphanumeric || $0.isOne(of: "-") }
            return fits ? [] : [NameWords.httpHeader]
        case .percent:
            let fits = bytes.count > 1 && bytes.last?.isOne(of: "%") == true && bytes.dropLast().allSatisfy(\.isDigit)
            return fits ? [] : [NameWords.percent]
        case .pathSegment:
            if text == "." || text == ".." { return ["may not be '\(text)'"] }
            return ["/", "%"].filter { text.contains($0) }.map { "may not contain '\($0)'" }
        }
    }

    /// All that is wrong with the beginning of a name that the server completes: it may end with a dash.
    package func prefixFaults(_ prefix: String) -> [String] {
        let isMasked = prefix.utf8.count > 1 && prefix.hasSuffix("-")
        return faults(isMasked ? prefix.dropLast(2) + "a" : prefix)
    }
}

extension NameRule {
    private func faults(
        _ bytes: [UInt8],
        max: Int,
        _ unit: String = "characters",
        unless fits: Bool,
        _ words: String
    ) -> [String] {
        (bytes.count > max ? ["must be no more than \(max) \(unit)"] : []) + (fits ? [] : [words])
    }

    private func qualifiedFaults(_ text: String) -> [String] {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last else { return [NameWords.qualified] }
        var found: [String] = []
        if parts.count == 2 {
            let prefix = Array(parts[0].utf8)
            if prefix.isEmpty {
                found = ["prefix part must be non-empty"]
            } else {
                found = faults(prefix, max: 253, "bytes", unless: prefix.isSubdomain, NameWords.subdomain)
                    .map { "prefix part \($0)" }
            }
        }
        if name.isEmpty { found.append("name part must be non-empty") }
        let bytes = Array(name.utf8)
        return found + faults(bytes, max: 63, "bytes", unless: bytes.isName, NameWords.name).map { "name part \($0)" }
    }

    private func environmentFaults(_ bytes: [UInt8]) -> [String] {
        if bytes.isEmpty { return ["environment variable name must be non-empty"] }
        let fits = bytes.allSatisfy { (0x20..<0x7F).contains($0) && !$0.isOne(of: "=") }
        return fits ? [] : [NameWords.environmentVariable]
    }

    private func portFaults(_ bytes: [UInt8]) -> [String] {
        let fits = !bytes.isEmpty && bytes.allSatisfy { $0.isLowercaseOrDigit || $0.isOne(of: "-") }
        var found = faults(bytes, max: 15, unless: fits, NameWords.port)
        if !bytes.contains(where: { $0.isLowercaseOrDigit && !$0.isDigit }) {
            found.append("must contain at least one letter (a-z)")
        }
        if zip(bytes, bytes.dropFirst()).contains(where: { $0.isOne(of: "-") && $1.isOne(of: "-") }) {
            found.append("must not contain consecutive hyphens")
        }
        if [bytes.first, bytes.last].contains(UInt8(ascii: "-")) {
            found.append("must not begin or end with a hyphen")
        }
        return found
    }

    private func directoryFaults(_ text: String) -> [String] {
        if text == "." || text == ".." { return ["must not be '\(text)'"] }
        return text.hasPrefix("..") ? ["must not start with '..'"] : []
    }
}

extension BidirectionalCollection<UInt8> {
    fileprivate var isLabel: Bool {
        guard let first, let last else { return false }
        return first.isLowercaseOrDigit && last.isLowercaseOrDigit
            && allSatisfy { $0.isLowercaseOrDigit || $0.isOne(of: "-") }
    }

    fileprivate var isLabelWithLetter: Bool { isLabel && first?.isDigit == false }

    fileprivate var isSubdomain: Bool {
        split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { $0.isLabel }
    }

    fileprivate var isName: Bool {
        guard let first, let last else { return false }
        return first.isAlphanumeric && last.isAlphanumeric && allSatisfy { $0.isAlphanumeric || $0.isOne(of: "-_.") }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    fileprivate var isLowercaseOrDigit: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || isDigit }
    fileprivate var isAlphanumeric: Bool {
        isLowercaseOrDigit || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
    }
    fileprivate func isOne(of characters: StaticString) -> Bool {
        characters.withUTF8Buffer { $0.contains(self) }
    }
}

/// What Kubernetes says of texts that do not fit.
private enum NameWords {
    static let label =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and "
        + "end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
    static let subdomain =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
        + "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    static let letterLabel =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
        + "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for "
        + "validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
    static let wildcard =
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist "
        + "of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. "
        + "'*.example.com', regex used for validation is "
        + "'\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    static let name =
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
        + "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    static let qualified =
        "a qualified name \(name) with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
    static let labelValue =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
        + "start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used "
        + "for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
    static let configMapKey =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or "
        + "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
    static let environmentVariable =
        "a valid environment variable name must consist only of printable ASCII characters other than '='"
    static let port = "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
    static let httpHeader =
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for "
        + "validation is '[-A-Za-z0-9]+')"
    static let percent =
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex "
        + "used for validation is '[0-9]+%')"
}
