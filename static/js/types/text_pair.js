// Preference pair of texts: the page of pairs, with two texts beside their photo.
//
// item   {left: {text}, right: {text}, photo, box?: [x1, y1, x2, y2], question?, reasons?: [{value, label}]}
// answer as in preference_pair.js

export { mount } from "./preference_pair.js";
