/// Bounds of what one object may hold.
enum Limits {
    /// Bytes of all values of a ConfigMap or a Secret.
    static let dataBytes = 1024 * 1024
}

/// Phrases that many validations use.
enum Words {
    static let notNegative = "must be greater than or equal to 0"
    static let immutable = "field is immutable"
    static let port = "must be between 1 and 65535, inclusive"
}
