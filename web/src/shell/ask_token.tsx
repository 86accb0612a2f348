// Asks for a token where the API wants one.
import { useState } from "preact/hooks";
import { refused, setToken, token } from "../api/token.js";
import { useStore } from "../parts/store.js";

export function AskToken() {
  const why = useStore(refused);
  const [value, setValue] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    setToken(value.trim());
  };
  return (
    <form class="notice" onSubmit={submit}>
      <h1>Who asks?</h1>
      <p role={token.get() === "" ? undefined : "alert"}>{why}</p>
      <label>
        Token
        <input
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={value}
          ref={(input) => input?.focus()}
          onInput={(event) => setValue(event.currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={value.trim() === ""}>
        Look
      </button>
      <p class="faint">
        One of <code>http.tokensFile</code>; a reader's is enough to look. It is kept until this tab is closed, and nowhere else.
      </p>
    </form>
  );
}
