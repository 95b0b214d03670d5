// The chart of the report: a range input walks through the days, the pointer too, and boxes hide lines.
const VALUES = 1; // cells of a row before its values

const startChart = (chart) => {
  const picture = chart.querySelector("svg[role=img]");
  const [range, output] = chart.querySelector(".walk").children;
  const cursor = chart.querySelector(".cursor");
  const rows = [...chart.querySelectorAll("tbody tr")];
  const names = [...chart.querySelectorAll("thead th")].slice(VALUES).map((one) => one.textContent);
  const boxes = [...chart.querySelectorAll(".legend input")];
  const lines = [...picture.querySelectorAll("g")];

  const show = () => {
    const [day, ...values] = [...rows[range.value].cells].map((cell) => cell.textContent);
    const said = values.map((value, at) => boxes[at].checked && `${names[at]} ${value}`).filter(Boolean);
    output.textContent = [day, ...said].join(" · ");
    range.setAttribute("aria-valuetext", output.textContent);
    cursor.setAttribute("d", `M${(1000 * range.value) / Math.max(rows.length - 1, 1)} 0v240`);
    cursor.removeAttribute("hidden");
  };
  const point = ({ clientX }) => {
    const { left, width } = picture.getBoundingClientRect();
    range.value = Math.round(((clientX - left) / width) * (rows.length - 1));
    show();
  };

  range.addEventListener("input", show);
  picture.addEventListener("pointermove", point);
  picture.addEventListener("pointerdown", point);
  boxes.forEach((box, at) =>
    box.addEventListener("change", () => {
      lines[at].classList.toggle("is-off", !box.checked);
      show();
    }),
  );
  range.parentElement.hidden = false;
  show();
};

// Days that are typed are those of the report.
document.querySelectorAll("#from, #to").forEach((day) =>
  day.addEventListener("input", () => (document.getElementById("days").value = "days")),
);
document.querySelectorAll("[data-chart]").forEach(startChart);
