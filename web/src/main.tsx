import { render } from "preact";
import { stream } from "./api/events.js";
import { Shell } from "./shell/shell.js";
import "./theme.js";

stream.connect();
const page = document.getElementById("page")!;
page.replaceChildren();
render(<Shell />, page);
