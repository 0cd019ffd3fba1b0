//! JavaScript's operators on known values.

use oxc_ast::ast::{BinaryOperator, UnaryOperator};

use super::values::{Known, Value};

/// Longer texts are not evaluated: no path is.
pub(super) const MAX_TEXT: usize = 1 << 12;

/// A text as a value, unless it is too long to be a path.
pub(super) fn bounded(text: String) -> Option<Known> {
    if text.len() > MAX_TEXT { None } else { Some(Known::One(Value::text(text))) }
}

/// The value of an operator before its operand.
pub(super) fn unary_value(operator: UnaryOperator, value: &Value) -> Option<Value> {
    match (operator, value) {
        (UnaryOperator::LogicalNot, value) => Some(Value::Bool(!value.truthy())),
        (UnaryOperator::UnaryPlus, Value::Number(number)) => Some(Value::Number(*number)),
        (UnaryOperator::UnaryNegation, Value::Number(number)) => Some(Value::Number(-number)),
        (UnaryOperator::BitwiseNot, Value::Number(number)) => Some(Value::Number(f64::from(!(*number as i32)))),
        _ => None,
    }
}

/// The value of an operator between two operands.
pub(super) fn binary_value(left: &Value, operator: BinaryOperator, right: &Value) -> Option<Value> {
    use BinaryOperator as Op;
    if operator == Op::Addition {
        return match (left, right) {
            (Value::Number(left), Value::Number(right)) => Some(Value::Number(left + right)),
            _ => match bounded(format!("{}{}", left.to_text()?, right.to_text()?))? {
                Known::One(value) => Some(value),
                Known::Either(..) => None,
            },
        };
    }
    if left.wilds() + right.wilds() > 0 {
        return None;
    }
    let plain = |value: &Value| !matches!(value, Value::Module(_) | Value::Function(_) | Value::Opaque);
    match (operator, left, right) {
        (Op::StrictEquality | Op::Equality, left, right) if plain(left) && plain(right) => {
            Some(Value::Bool(left == right))
        }
        (Op::StrictInequality | Op::Inequality, left, right) if plain(left) && plain(right) => {
            Some(Value::Bool(left != right))
        }
        (_, Value::Number(left), Value::Number(right)) => number_value(*left, operator, *right),
        _ => None,
    }
}

fn number_value(left: f64, operator: BinaryOperator, right: f64) -> Option<Value> {
    use BinaryOperator as Op;
    Some(match operator {
        Op::Subtraction => Value::Number(left - right),
        Op::Multiplication => Value::Number(left * right),
        Op::Division => Value::Number(left / right),
        Op::Remainder => Value::Number(left % right),
        Op::LessThan => Value::Bool(left < right),
        Op::LessEqualThan => Value::Bool(left <= right),
        Op::GreaterThan => Value::Bool(left > right),
        Op::GreaterEqualThan => Value::Bool(left >= right),
        Op::BitwiseOR => Value::Number(f64::from(left as i32 | right as i32)),
        Op::BitwiseAnd => Value::Number(f64::from(left as i32 & right as i32)),
        Op::BitwiseXOR => Value::Number(f64::from(left as i32 ^ right as i32)),
        _ => return None,
    })
}
