//! How generated code states an expression of a rule.

/// Defines an expression of a rule, with where the contract has it; of a
/// predefined one also with what `rule` stands for.
#[cfg(feature = "cel")]
#[doc(hidden)]
#[macro_export]
macro_rules! cel {
    ($name:ident => $text:literal, $place:literal, $rule:literal) => {
        static $name: $crate::validate::Expression =
            $crate::validate::Expression::predefined($text, $place, $rule);
    };
    ($name:ident => $text:literal, $place:literal) => {
        static $name: $crate::validate::Expression =
            $crate::validate::Expression::new($text, $place);
    };
}

/// Says which feature a contract with expressions needs.
#[cfg(not(feature = "cel"))]
#[doc(hidden)]
#[macro_export]
macro_rules! cel {
    ($name:ident => $text:literal, $place:literal $(, $rule:literal)?) => {
        ::core::compile_error!(
            "the contract has CEL expressions of buf.validate: enable the feature `cel` of agentgen"
        );
    };
}
