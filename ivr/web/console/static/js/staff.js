// What is shown of an agent wherever they stand: what they can do, and why they are away.

import { arrange, element } from "./dom.js";

// {passports: 5} as chips, one a skill; those that stay are kept.
export function drawSkills(list, skills) {
  const sorted = Object.entries(skills || {}).sort();
  const known = new Map([...list.children].map((chip) => [chip.textContent, chip]));
  arrange(list, sorted.map(([skill, level]) => known.get(`${skill} ${level}`) || element("li", { class: "chip" }, `${skill} `, element("b", {}, String(level)))));
  return sorted.length;
}

export const reasonOf = (agent) => (agent.reason || "").replaceAll("_", " ");
