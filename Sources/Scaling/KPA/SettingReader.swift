import Base
import KubeModel

/// What is wrong with one of Knative's ConfigMaps.
package typealias SettingFault = AutoscalerConfig.Fault

/// Reads a ConfigMap's settings as Knative reads them; faults are in the words of Go's `strconv`.
///
/// A setting that is not there leaves the value as it is.
package struct SettingReader {
    let data: [String: String]

    package init(data: [String: String]) { self.data = data }

    /// Reads a setting that is on or off.
    package func flag(_ key: String, _ value: inout Bool) throws(AutoscalerConfig.Fault) {
        guard let text = data[key] else { return }
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": value = true
        case "0", "f", "F", "false", "FALSE", "False": value = false
        default: throw fault(key, "strconv.ParseBool: parsing \"\(text)\": invalid syntax")
        }
    }

    func number(_ key: String, _ value: inout Double) throws(AutoscalerConfig.Fault) {
        guard let text = data[key] else { return }
        guard let number = Double(text) else {
            throw fault(key, "strconv.ParseFloat: parsing \"\(text)\": invalid syntax")
        }
        value = number
    }

    /// Reads a whole number of 32 bits.
    package func integer(_ key: String, _ value: inout Int) throws(AutoscalerConfig.Fault) {
        guard let text = data[key] else { return }
        guard let number = Int32(text) else {
            let why = text.isInteger ? "value out of range" : "invalid syntax"
            throw fault(key, "strconv.ParseInt: parsing \"\(text)\": \(why)")
        }
        value = Int(number)
    }

    /// Reads a duration.
    package func duration(_ key: String, _ value: inout Duration) throws(AutoscalerConfig.Fault) {
        guard let text = data[key] else { return }
        do throws(Duration.SpellingFault) {
            value = try Duration(kubernetes: text)
        } catch {
            throw fault(key, error.description)
        }
    }

    private func fault(_ key: String, _ why: String) -> AutoscalerConfig.Fault {
        AutoscalerConfig.Fault("failed to parse \"\(key)\": \(why)")
    }
}

extension String {
    /// Whether this is a whole number of any size.
    var isInteger: Bool {
        let digits = first == "-" || first == "+" ? dropFirst() : self[...]
        return !digits.isEmpty && digits.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }
}

extension Double {
    /// The shortest spelling that reads back the same, without a point where there is nothing behind it.
    var plainSpelling: String {
        let spelling = description
        return spelling.hasSuffix(".0") ? String(spelling.dropLast(2)) : spelling
    }

    /// With six decimals.
    var sixDecimals: String {
        guard magnitude < 1e12 else { return plainSpelling }
        let millionths = Int64((self * 1e6).rounded()).magnitude
        let digits = String(1_000_000 + millionths % 1_000_000).dropFirst()
        return (self < 0 ? "-" : "") + "\(millionths / 1_000_000).\(digits)"
    }
}

extension Duration {
    /// Whether it is so many seconds and nothing beyond.
    var isWholeSeconds: Bool { nanoseconds.isMultiple(of: 1_000_000_000) }
}
