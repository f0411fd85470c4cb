//! A press of a button, a choice in a select, and a filled-in modal, as Discord's client would send them.

use serde_json::{Value, json};

use super::view::{MessageView, ModalView};

/// The data of a press.
pub(crate) fn press(message: &MessageView, wanted: &str) -> Result<Value, String> {
    let part = find(message, 2, wanted)?;
    if part["style"] == 5 {
        return Err(format!("{wanted} is a link"));
    }
    Ok(json!({"custom_id": part["custom_id"], "component_type": 2}))
}

/// The data of a choice, by the labels or values of options, or ids in selects of users, roles and channels.
pub(crate) fn choose(message: &MessageView, wanted: &str, chosen: &[&str]) -> Result<Value, String> {
    let part = find(message, 3, wanted)?;
    let kind = part["type"].as_u64().unwrap_or_default();
    let (least, most) = (
        part["min_values"].as_u64().unwrap_or(1),
        part["max_values"].as_u64().unwrap_or(1),
    );
    if !(least..=most).contains(&(chosen.len() as u64)) {
        return Err(format!("{wanted} takes {least} to {most} choices"));
    }
    let value = |chosen: &&str| {
        if kind != 3 {
            return Ok(json!(chosen));
        }
        let mut options = part["options"].as_array().into_iter().flatten();
        let option = options.find(|option| option["label"] == **chosen || option["value"] == **chosen);
        option
            .map(|option| option["value"].clone())
            .ok_or_else(|| format!("{wanted} has no option {chosen}"))
    };
    let values = chosen.iter().map(value).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({"custom_id": part["custom_id"], "component_type": kind, "values": values}))
}

/// A part of a message by its custom id, its label or its placeholder.
fn find<'m>(message: &'m MessageView, kind: u64, wanted: &str) -> Result<&'m Value, String> {
    let fits = |part: &&Value| {
        let of_kind = if kind == 2 {
            part["type"] == 2
        } else {
            part["type"] != 2
        };
        of_kind
            && ["custom_id", "label", "placeholder"]
                .iter()
                .any(|field| part[field] == wanted)
    };
    let part = message
        .parts()
        .find(fits)
        .ok_or_else(|| format!("the message has no {wanted}; it has {:?}", message.buttons()))?;
    if part["disabled"] == true {
        Err(format!("{wanted} is greyed out"))
    } else {
        Ok(part)
    }
}

/// The data of a submitted modal: each input by its custom id or its label; those not named keep what was filled in before.
pub(crate) fn submit(modal: &ModalView, fields: &[(&str, &str)]) -> Result<Value, String> {
    let mut rows = Vec::new();
    for input in modal.inputs() {
        let named = fields
            .iter()
            .find(|(name, _)| input["custom_id"] == *name || input["label"] == *name);
        let text = named.map_or_else(|| input["value"].as_str().unwrap_or_default(), |(_, text)| text);
        let count = text.chars().count() as u64;
        let label = &input["label"];
        if count == 0 && input["required"] != false {
            return Err(format!("{label} is required"));
        }
        let (least, most) = (
            input["min_length"].as_u64().unwrap_or(0),
            input["max_length"].as_u64().unwrap_or(4_000),
        );
        if count > 0 && !(least..=most).contains(&count) {
            return Err(format!("{label} takes {least} to {most} characters, not {count}"));
        }
        let value = json!({"type": 4, "custom_id": input["custom_id"], "value": text});
        rows.push(json!({"type": 1, "components": [value]}));
    }
    let unknown = fields.iter().find(|(name, _)| {
        !modal
            .inputs()
            .any(|input| input["custom_id"] == *name || input["label"] == *name)
    });
    if let Some((name, _)) = unknown {
        return Err(format!("the modal has no field {name}"));
    }
    Ok(json!({"custom_id": modal.custom_id, "components": rows}))
}
